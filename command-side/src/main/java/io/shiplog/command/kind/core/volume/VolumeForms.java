package io.shiplog.command.kind.core.volume;

import static io.shiplog.command.kind.message.GoForm.any;
import static io.shiplog.command.kind.message.GoForm.flag;
import static io.shiplog.command.kind.message.GoForm.number;
import static io.shiplog.command.kind.message.GoForm.text;

import io.shiplog.command.kind.message.GoForm;

/** The forms of volumes and claims in messages. */
final class VolumeForms {
    private static final GoForm REQUIREMENT = GoForm.of(text("Key"), text("Operator"), any("Values"));
    private static final GoForm TERM = GoForm.of(
            any("MatchExpressions").listOf(REQUIREMENT), any("MatchFields").listOf(REQUIREMENT));

    static final GoForm NODE_AFFINITY =
            GoForm.of(any("Required").in(GoForm.of(any("NodeSelectorTerms").listOf(TERM))));

    static final GoForm CLAIM = GoForm.of(
            any("AccessModes"),
            any("Selector"),
            any("Resources").struct(GoForm.of(any("Limits"), any("Requests"))),
            text("VolumeName"),
            any("StorageClassName"),
            any("VolumeMode"),
            any("DataSource").in(GoForm.of(any("APIGroup").named("apiGroup"), text("Kind"), text("Name"))),
            any("DataSourceRef")
                    .in(GoForm.of(any("APIGroup").named("apiGroup"), text("Kind"), text("Name"), any("Namespace"))),
            any("VolumeAttributesClassName"));

    private static final GoForm SECRET = GoForm.of(text("Name"), text("Namespace"));

    /** Sources of drivers that no longer work are shown with their JSON names. */
    static final GoForm SOURCE = GoForm.of(
            any("GCEPersistentDisk")
                    .named("gcePersistentDisk")
                    .in(GoForm.of(
                            text("PDName").named("pdName"),
                            text("FSType").named("fsType"),
                            number("Partition"),
                            flag("ReadOnly"))),
            any("AWSElasticBlockStore")
                    .named("awsElasticBlockStore")
                    .in(GoForm.of(
                            text("VolumeID"), text("FSType").named("fsType"), number("Partition"), flag("ReadOnly"))),
            any("HostPath").in(GoForm.of(text("Path"), any("Type"))),
            any("Glusterfs"),
            any("NFS").named("nfs").in(GoForm.of(text("Server"), text("Path"), flag("ReadOnly"))),
            any("RBD").named("rbd"),
            any("Quobyte"),
            any("ISCSI")
                    .named("iscsi")
                    .in(GoForm.of(
                            text("TargetPortal"),
                            text("IQN").named("iqn"),
                            number("Lun"),
                            text("ISCSIInterface").named("iscsiInterface"),
                            text("FSType").named("fsType"),
                            flag("ReadOnly"),
                            any("Portals"),
                            flag("DiscoveryCHAPAuth").named("chapAuthDiscovery"),
                            flag("SessionCHAPAuth").named("chapAuthSession"),
                            any("SecretRef").in(SECRET),
                            any("InitiatorName"))),
            any("FlexVolume")
                    .in(GoForm.of(
                            text("Driver"),
                            text("FSType").named("fsType"),
                            any("SecretRef").in(SECRET),
                            flag("ReadOnly"),
                            any("Options"))),
            any("Cinder"),
            any("CephFS").named("cephfs"),
            any("FC")
                    .named("fc")
                    .in(GoForm.of(
                            any("TargetWWNs"),
                            any("Lun"),
                            text("FSType").named("fsType"),
                            flag("ReadOnly"),
                            any("WWIDs").named("wwids"))),
            any("Flocker"),
            any("AzureFile"),
            any("VsphereVolume"),
            any("AzureDisk"),
            any("PhotonPersistentDisk"),
            any("PortworxVolume"),
            any("ScaleIO").named("scaleIO"),
            any("Local").in(GoForm.of(text("Path"), any("FSType").named("fsType"))),
            any("StorageOS").named("storageos"),
            any("CSI")
                    .named("csi")
                    .in(GoForm.of(
                            text("Driver"),
                            text("VolumeHandle"),
                            flag("ReadOnly"),
                            text("FSType").named("fsType"),
                            any("VolumeAttributes"),
                            any("ControllerPublishSecretRef").in(SECRET),
                            any("NodeStageSecretRef").in(SECRET),
                            any("NodePublishSecretRef").in(SECRET),
                            any("ControllerExpandSecretRef").in(SECRET),
                            any("NodeExpandSecretRef").in(SECRET))));

    private VolumeForms() {}
}
