//! Operations of the same service and of others whose responses look like ours.

use crate::lenient::OtherOperation;

/// An operation whose responses have only these fields.
const fn exact(name: &'static str, fields: &'static [&'static str]) -> OtherOperation {
    OtherOperation { name, fields, is_exact: true, item_fields: &[] }
}

/// An operation whose responses have this list.
const fn list(name: &'static str, fields: &'static [&'static str]) -> OtherOperation {
    OtherOperation { name, fields, is_exact: false, item_fields: &[] }
}

/// Operations that are called in place of ours, or whose responses are in the same logs.
pub(super) const OTHER_OPERATIONS: &[OtherOperation] = &[
    OtherOperation {
        name: "DescribeSendFileResults",
        fields: &[],
        is_exact: false,
        item_fields: &[
            "TargetDir",
            "FileOwner",
            "FileGroup",
            "FileMode",
            "ContentType",
            "Overwrite",
            "VmCount",
        ],
    },
    exact("RunCommand", &["InvokeId", "CommandId"]),
    exact("InvokeCommand or SendFile", &["InvokeId"]),
    exact("CreateCommand", &["CommandId"]),
    list("DescribeCommands", &["Commands"]),
    list("DescribeCloudAssistantStatus", &["InstanceCloudAssistantStatusSet"]),
    list("DescribeInstances", &["Instances"]),
    list("DescribeInstanceStatus", &["InstanceStatuses"]),
    list("DescribeInstanceTypes", &["InstanceTypes"]),
    list("DescribeInstanceAttribute", &["InstanceId", "InstanceType"]),
    list("DescribeManagedInstances", &["Instances"]),
    list("DescribeActivations", &["ActivationList"]),
    list("DescribeDisks", &["Disks"]),
    list("DescribeSnapshots", &["Snapshots"]),
    list("DescribeImages", &["Images"]),
    list("DescribeRegions", &["Regions"]),
    list("DescribeZones", &["Zones"]),
    list("DescribeSecurityGroups", &["SecurityGroups"]),
    list("DescribeNetworkInterfaces", &["NetworkInterfaceSets"]),
    list("DescribeKeyPairs", &["KeyPairs"]),
    list("DescribeVpcs", &["Vpcs"]),
    list("DescribeVSwitches", &["VSwitches"]),
    list("DescribeEipAddresses", &["EipAddresses"]),
    list("DescribeTags", &["Tags"]),
    list("ListTagResources", &["TagResources"]),
    list("DescribeDomains", &["Domains"]),
    list("DescribeDomainRecords", &["DomainRecords"]),
    list("DescribeEvents", &["Events"]),
];
