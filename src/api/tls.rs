//! Trusted certificates: those issued by the system's authorities or the authorities in
//! `INSTANCECTL_CA_FILE`, and the certificates in that file themselves.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::CredentialsError;
use super::auth::network::CaBundle;

/// Creates the TLS settings of a client.
pub(super) fn config(authority: Option<&CaBundle>) -> Result<ClientConfig, CredentialsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let own = authority.map_or(Ok(Vec::new()), certificates)?;
    let verifier = Verifier::new_with_extra_roots(own.iter().cloned(), Arc::clone(&provider))
        .map_err(|_| CredentialsError::NoAuthorities)?;
    let verifier = Arc::new(Trust { verifier, own });
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| CredentialsError::Setup(error.to_string()))?;
    // rustls calls every verifier other than its own "dangerous"; this one only adds to it.
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// Reads the certificates in a file, at least one.
fn certificates(authority: &CaBundle) -> Result<Vec<CertificateDer<'static>>, CredentialsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&authority.pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(CredentialsError::NoCertificate { path: authority.path.clone() }),
    }
}

/// Verifier for the system's and the file's authorities, and the file's own certificates.
#[derive(Debug)]
struct Trust {
    verifier: Verifier,
    own: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.verifier.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verified {
            // A server may present a certificate that is itself in the file, such as a self-signed
            // one. The errors that it is its own authority (`CaUsedAsEndEntity`) or that its issuer
            // is unknown are raised only after its dates were checked, so only its name remains to
            // be checked.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::Other(_),
            )) if self.own.iter().any(|own| own == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Installs the cryptography provider of the process.
pub(super) fn install_provider() {
    // An error only means that a provider is already installed.
    let _ = CryptoProvider::install_default(rustls::crypto::ring::default_provider());
}
