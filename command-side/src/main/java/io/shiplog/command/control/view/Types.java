package io.shiplog.command.control.view;

import io.shiplog.events.object.ResourceType;

/** The resource types of the controllers. */
public final class Types {
    public static final ResourceType PODS = ResourceType.core("pods");
    public static final ResourceType NODES = ResourceType.core("nodes");
    public static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    public static final ResourceType SERVICES = ResourceType.core("services");
    public static final ResourceType ENDPOINTS = ResourceType.core("endpoints");
    public static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");
    public static final ResourceType SECRETS = ResourceType.core("secrets");
    public static final ResourceType SERVICE_ACCOUNTS = ResourceType.core("serviceaccounts");
    public static final ResourceType REPLICATION_CONTROLLERS = ResourceType.core("replicationcontrollers");
    public static final ResourceType REPLICA_SETS = new ResourceType("apps", "replicasets");
    public static final ResourceType DEPLOYMENTS = new ResourceType("apps", "deployments");
    public static final ResourceType DAEMON_SETS = new ResourceType("apps", "daemonsets");
    public static final ResourceType STATEFUL_SETS = new ResourceType("apps", "statefulsets");
    public static final ResourceType CLAIMS = ResourceType.core("persistentvolumeclaims");
    public static final ResourceType VOLUMES = ResourceType.core("persistentvolumes");
    public static final ResourceType STORAGE_CLASSES = new ResourceType("storage.k8s.io", "storageclasses");
    public static final ResourceType CSI_NODES = new ResourceType("storage.k8s.io", "csinodes");
    public static final ResourceType VOLUME_ATTACHMENTS = new ResourceType("storage.k8s.io", "volumeattachments");
    public static final ResourceType DISRUPTION_BUDGETS = new ResourceType("policy", "poddisruptionbudgets");
    public static final ResourceType CONTROLLER_REVISIONS = new ResourceType("apps", "controllerrevisions");
    public static final ResourceType JOBS = new ResourceType("batch", "jobs");
    public static final ResourceType CRON_JOBS = new ResourceType("batch", "cronjobs");
    public static final ResourceType ENDPOINT_SLICES = new ResourceType("discovery.k8s.io", "endpointslices");
    public static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");

    public static final ResourceType PRIORITY_CLASSES = new ResourceType("scheduling.k8s.io", "priorityclasses");
    public static final ResourceType API_SERVICES = new ResourceType("apiregistration.k8s.io", "apiservices");
    public static final ResourceType FLOW_SCHEMAS = new ResourceType("flowcontrol.apiserver.k8s.io", "flowschemas");
    public static final ResourceType PRIORITY_LEVELS =
            new ResourceType("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations");

    private Types() {}
}
