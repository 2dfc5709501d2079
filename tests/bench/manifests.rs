//! The measured manifests. They are written while they are generated: the memory of this process
//! would be counted in the peak of the processes that it starts.

use std::fs::{self, File};
use std::io::{BufWriter, Result, Write};
use std::path::{Path, PathBuf};

/// Writes a realistic manifest with this number of instances: a script, mounts, ports, comments.
pub(crate) fn write(path: &Path, instances: usize, prefix: &str) -> Result<()> {
    manifest(path, instances, prefix, 0)
}

/// Writes the same manifest with a misspelt key in this number of instances.
pub(crate) fn write_faulty(path: &Path, instances: usize, faults: usize) -> Result<()> {
    manifest(path, instances, "train", faults)
}

/// Writes a folder of manifests, each with the same number of instances; returns their paths.
pub(crate) fn write_many(folder: &Path, files: usize, instances: usize) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder)?;
    (0..files)
        .map(|number| {
            let path = folder.join(format!("team-{number:04}.yaml"));
            write(&path, instances, "train").map(|()| path)
        })
        .collect()
}

fn manifest(path: &Path, instances: usize, prefix: &str, faults: usize) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "# {instances} instances\nregion: \"11250\"\ninstances:")?;
    for number in 0..instances {
        // Spread the faults evenly.
        let wrong = number * faults / instances != (number + 1) * faults / instances;
        let memory = if wrong { "ramsize" } else { "ramSize" };
        write!(
            out,
            r#"  - instanceServiceName: {prefix}-{number:06}
    description: "Fine tuning, run {number} of the sweep over learning rates"
    taskType: jupyter
    acceleratorType: dcu
    resourceGroup: kshdnormal
    imagePath: image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3-ubuntu20.04
    cpuNumber: 8
    gpuNumber: {cards}
    {memory}: 27GiB  # what one card comes with
    timeoutLimit: "{hours:02}:00:00"
    startScriptActionScope: header
    startScriptContent: |
      source /opt/dtk/env.sh
      cd /public/home/alice/sweep
      python train.py --seed {number} --lr 1e-4 --epochs 20 > run-{number}.log 2>&1
    mountInfoList:
      - sourcePath: /public/home/alice/data
        targetPath: /mnt/data
        type: path
      - {{sourcePath: /public/home/alice/out-{number}, targetPath: /mnt/out, type: path}}
    containerPortInfoList:
      - {{containerPort: 18888, protocolType: HTTP}}
"#,
            cards = number % 4 + 1,
            hours = number % 72 + 1,
        )?;
    }
    out.flush()
}

/// Writes bodies of the create call, one per line.
pub(crate) fn write_bodies(path: &Path, instances: usize, prefix: &str) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for number in 0..instances {
        writeln!(
            out,
            r#"{{"instanceServiceName":"{prefix}-{number:06}","description":"","taskType":"jupyter","acceleratorType":"dcu","version":"pytorch:2.3.0-py3.10-dtk24.04.3-ubuntu20.04","imagePath":"image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3-ubuntu20.04","timeoutLimit":"04:00:00","taskNumber":1,"resourceGroup":"kshdnormal","useStartScript":false,"startScriptActionScope":"all","startScriptContent":"","cpuNumber":8,"ramSize":27648,"gpuNumber":1,"mountInfoList":[],"containerPortInfoList":[{{"protocolType":"HTTP","containerPort":"18888"}}]}}"#
        )?;
    }
    out.flush()
}
