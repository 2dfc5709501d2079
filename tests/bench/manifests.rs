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

/// Writes a manifest of other shapes: documents of twenty instances, anchors, aliases and merge keys,
/// long scripts, JSON on one line and on several, folded and escaped text.
pub(crate) fn write_varied(path: &Path, instances: usize) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for number in 0..instances {
        if number % 20 == 0 {
            write!(
                out,
                r#"---
# Team {team}
x-notebook: &notebook {{taskType: jupyter, useStartScript: true}}
x-mounts: &mounts
- {{sourcePath: /public/home/alice/data, targetPath: /mnt/data, type: path}}
- sourcePath: /public/home/alice/team-{team}
  targetPath: '/mnt/team'
  type: path
defaults:
    acceleratorType: dcu
    resourceGroup: kshdnormal
    imagePath: image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3-ubuntu20.04
    timeoutLimit: "04:00:00"
    cpuNumber: 8
    ramSize: 27GiB
    gpuNumber: 1

instances:
"#,
                team = number / 20,
            )?;
        }
        match number % 4 {
            0 => {
                write!(out, "- <<: *notebook\n  instanceServiceName: varied-{number:06}\n")?;
                writeln!(out, "  mountInfoList: *mounts\n  startScriptContent: |")?;
                for line in 0..40 {
                    writeln!(
                        out,
                        "    if [ -f step-{line}.py ]; then\n      python step-{line}.py --run {number}\n    fi\n"
                    )?;
                }
            }
            1 => writeln!(
                out,
                r"- {{instanceServiceName: varied-{number:06}, taskType: ssh, gpuNumber: 2, mountInfoList: *mounts, containerPortInfoList: [{{containerPort: 18888, protocolType: HTTP}}, {{containerPort: 22, protocolType: SSH}}]}}"
            )?,
            2 => write!(
                out,
                r#"- instanceServiceName: 'varied-{number:06}'
  taskType: codeserver
  description: >-
    The reading group's machine, number {number},
    with the data of all teams
    and a second paragraph:

    ask Alice for the password.
  startScriptContent: "source /opt/dtk/env.sh\npython -c \"print('run {number}')\"\n"
"#
            )?,
            _ => write!(
                out,
                r#"- {{
    "instanceServiceName": "varied-{number:06}",
    "description": "读书会 {number}",
    "taskType": "rstudio",
    "cpuNumber": 4,
    "containerPortInfoList": [
      {{"containerPort": "8787", "protocolType": "HTTP"}}
    ]
  }}
"#
            )?,
        }
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
