package io.shiplog.command.kind.volume;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The sources of a persistent volume, each at its path.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go">validation.go</a>
 */
final class VolumeSourceValidation {
    /** All sources, in the order in which Kubernetes looks for them. */
    static final List<String> SOURCES = List.of(
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "glusterfs",
            "flocker",
            "nfs",
            "rbd",
            "quobyte",
            "cephfs",
            "iscsi",
            "cinder",
            "fc",
            "flexVolume",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "scaleIO",
            "local",
            "storageos",
            "csi");

    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
    private static final Pattern IQN = Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.[a-zA-Z0-9.-]+:[^,;*&$|\\s]+");
    private static final Pattern EUI = Pattern.compile("eui.[a-zA-Z0-9]{16}");
    private static final Pattern NAA = Pattern.compile("naa.[a-zA-Z0-9]{32}");
    private static final int MAX_PORTAL = 64;
    private static final int MAX_TENANT = 64;
    private static final int MAX_BYTE = 255;
    /** Kubernetes accepts 0, too. */
    private static final String PARTITION = "must be between 1 and 255, inclusive";

    private static final String BYTE = "must be between 0 and 255, inclusive";
    private static final Map<String, List<String>> REQUIRED = Map.ofEntries(
            Map.entry("gcePersistentDisk", List.of("pdName")),
            Map.entry("awsElasticBlockStore", List.of("volumeID")),
            Map.entry("glusterfs", List.of("endpoints", "path")),
            Map.entry("nfs", List.of("server", "path")),
            Map.entry("rbd", List.of("monitors", "image")),
            Map.entry("cephfs", List.of("monitors")),
            Map.entry("cinder", List.of("volumeID")),
            Map.entry("flexVolume", List.of("driver")),
            Map.entry("azureFile", List.of("secretName", "shareName")),
            Map.entry("vsphereVolume", List.of("volumePath")),
            Map.entry("photonPersistentDisk", List.of("pdID")),
            Map.entry("portworxVolume", List.of("volumeID")),
            Map.entry("azureDisk", List.of("diskName", "diskURI")),
            Map.entry("scaleIO", List.of("gateway", "system", "volumeName")));

    private final JsonNode source;
    private final String path;
    private final FieldErrors errors;

    private VolumeSourceValidation(JsonNode source, String path, FieldErrors errors) {
        this.source = source;
        this.path = path;
        this.errors = errors;
    }

    /** @param volume the name of the volume */
    static void validate(String kind, JsonNode source, String volume, String path, FieldErrors errors) {
        new VolumeSourceValidation(source, path, errors).of(kind, volume);
    }

    private void of(String kind, String volume) {
        for (String field : REQUIRED.getOrDefault(kind, List.of())) {
            JsonNode value = source.path(field);
            if (value.isContainerNode() ? value.isEmpty() : value.asText("").isEmpty()) {
                errors.required(at(field), "");
            }
        }
        switch (kind) {
            case "hostPath" -> hostPath();
            case "local" -> localPath();
            case "gcePersistentDisk", "awsElasticBlockStore" -> partition();
            case "glusterfs" -> glusterfs();
            case "flocker" -> flocker();
            case "nfs" -> {
                if (!text(source, "path").startsWith("/")) {
                    errors.invalid(at("path"), text(source, "path"), "must be an absolute path");
                }
            }
            case "quobyte" -> quobyte();
            case "iscsi" -> iscsi(volume);
            case "cinder" -> secretNames();
            case "fc" -> fibreChannel();
            case "flexVolume" -> flexOptions();
            case "azureFile" -> {
                if (source.path("secretNamespace").isTextual()
                        && text(source, "secretNamespace").isEmpty()) {
                    errors.required(at("secretNamespace"), "");
                }
            }
            case "azureDisk" -> azureDisk();
            case "storageos" -> storageOs();
            case "csi" -> csi();
            default -> {} // what is required is all
        }
    }

    private String at(String field) {
        return path + "." + field;
    }

    private void hostPath() {
        if (localPath()) {
            String type = text(source, "type");
            if (!HOST_PATH_TYPES.contains(type)) {
                errors.notSupported(at("type"), type, HOST_PATH_TYPES);
            }
        }
    }

    private boolean localPath() {
        String file = text(source, "path");
        if (file.isEmpty()) {
            errors.required(at("path"), "");
            return false;
        }
        Checks.noBacksteps(file, at("path"), errors);
        return true;
    }

    private void partition() {
        int partition = source.path("partition").asInt();
        if (partition < 0 || partition > MAX_BYTE) {
            errors.invalid(at("partition"), partition, PARTITION);
        }
    }

    private void glusterfs() {
        JsonNode namespace = source.path("endpointsNamespace");
        if (!namespace.isTextual()) {
            return;
        }
        if (namespace.asText().isEmpty()) {
            errors.invalid(
                    at("endpointsNamespace"), "", "if the endpointnamespace is set, it must be a valid namespace name");
        } else {
            Checks.each(Names.label(namespace.asText()), at("endpointsNamespace"), namespace.asText(), errors);
        }
    }

    private void flocker() {
        String name = text(source, "datasetName");
        String uuid = text(source, "datasetUUID");
        if (name.isEmpty() && uuid.isEmpty()) {
            errors.required(path, "one of datasetName and datasetUUID is required");
        }
        if (!name.isEmpty() && !uuid.isEmpty()) {
            errors.invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        }
        if (name.contains("/")) {
            errors.invalid(at("datasetName"), name, "must not contain '/'");
        }
    }

    private void quobyte() {
        String pairs = "must be a host:port pair or multiple pairs separated by commas";
        String registry = text(source, "registry");
        if (registry.isEmpty()) {
            errors.required(at("registry"), pairs);
        } else if (text(source, "tenant").length() > MAX_TENANT) {
            errors.required(at("tenant"), "must be a UUID and may not exceed a length of 64 characters");
        } else {
            for (String pair : registry.split(",", -1)) {
                if (pair.indexOf(':') < 0 || pair.indexOf(':') != pair.lastIndexOf(':') && !pair.startsWith("[")) {
                    errors.invalid(at("registry"), registry, pairs);
                }
            }
        }
        if (text(source, "volume").isEmpty()) {
            errors.required(at("volume"), "");
        }
    }

    private void iscsi(String volume) {
        String portal = text(source, "targetPortal");
        JsonNode initiator = source.path("initiatorName");
        if (portal.isEmpty()) {
            errors.required(at("targetPortal"), "");
        }
        if (initiator.isTextual() && (volume + ":" + portal).length() > MAX_PORTAL) {
            errors.invalid(
                    at("targetportal"),
                    portal,
                    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
                            + " iscsi.initiatorName is specified.");
        }
        String iqn = text(source, "iqn");
        if (iqn.isEmpty()) {
            errors.required(at("iqn"), "");
        } else if (!isInitiator(iqn)) {
            errors.invalid(at("iqn"), iqn, "must be valid format");
        }
        int lun = source.path("lun").asInt();
        if (lun < 0 || lun > MAX_BYTE) {
            errors.invalid(at("lun"), lun, BYTE);
        }
        boolean chap = source.path("chapAuthDiscovery").asBoolean()
                || source.path("chapAuthSession").asBoolean();
        if (chap && !source.path("secretRef").isObject()) {
            errors.required(at("secretRef"), "");
        }
        if (source.path("secretRef").isObject()
                && text(source, "secretRef", "name").isEmpty()) {
            errors.required(at("secretRef.name"), "");
        }
        if (initiator.isTextual() && !isInitiator(initiator.asText())) {
            errors.invalid(at("initiatorname"), initiator.asText(), "must be valid format");
        }
    }

    private static boolean isInitiator(String name) {
        return IQN.matcher(name).matches()
                || EUI.matcher(name).matches()
                || NAA.matcher(name).matches();
    }

    private void secretNames() {
        if (source.path("secretRef").isObject()) {
            for (String field : List.of("name", "namespace")) {
                if (text(source, "secretRef", field).isEmpty()) {
                    errors.required(at("secretRef." + field), "");
                }
            }
        }
    }

    private void fibreChannel() {
        boolean names = !source.path("targetWWNs").isEmpty();
        boolean ids = !source.path("wwids").isEmpty();
        if (!names && !ids) {
            errors.required(at("targetWWNs"), "must specify either targetWWNs or wwids, but not both");
        }
        if (names && ids) {
            errors.invalid(
                    at("targetWWNs"),
                    source.path("targetWWNs"),
                    "targetWWNs and wwids can not be specified simultaneously");
        }
        if (names) {
            JsonNode lun = source.path("lun");
            if (!lun.isNumber()) {
                errors.required(at("lun"), "lun is required if targetWWNs is specified");
            } else if (lun.asInt() < 0 || lun.asInt() > MAX_BYTE) {
                errors.invalid(at("lun"), lun, BYTE);
            }
        }
    }

    private void flexOptions() {
        source.path("options").fieldNames().forEachRemaining(key -> {
            int slash = key.indexOf('/');
            String normalized = "." + (slash < 0 ? key : key.substring(0, slash)).toLowerCase(Locale.ROOT);
            if (normalized.endsWith(".kubernetes.io") || normalized.endsWith(".k8s.io")) {
                errors.invalid(at("options[" + key + "]"), key, "kubernetes.io and k8s.io namespaces are reserved");
            }
        });
    }

    private void azureDisk() {
        String kind = text(source, "kind");
        String uri = text(source, "diskURI");
        List<String> caching = List.of("None", "ReadOnly", "ReadWrite");
        List<String> kinds = List.of("Dedicated", "Managed", "Shared");
        if (!caching.contains(text(source, "cachingMode"))) {
            errors.notSupported(at("cachingMode"), text(source, "cachingMode"), caching);
        }
        if (!kinds.contains(kind)) {
            errors.notSupported(at("kind"), kind, kinds);
        }
        if (kind.equals("Managed") && !uri.startsWith("/subscriptions/")) {
            errors.notSupported(
                    at("diskURI"),
                    uri,
                    List.of(
                            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"));
        }
        if (!kind.equals("Managed") && !uri.startsWith("https://")) {
            errors.notSupported(
                    at("diskURI"),
                    uri,
                    List.of("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"));
        }
    }

    private void storageOs() {
        String name = text(source, "volumeName");
        String namespace = text(source, "volumeNamespace");
        if (name.isEmpty()) {
            errors.required(at("volumeName"), "");
        } else {
            Checks.each(Names.label(name), at("volumeName"), name, errors);
        }
        if (!namespace.isEmpty()) {
            Checks.each(Names.label(namespace), at("volumeNamespace"), namespace, errors);
        }
        secretNames();
    }

    private void csi() {
        VolumeChecks.driverName(source.path("driver"), at("driver"), errors);
        if (text(source, "volumeHandle").isEmpty()) {
            errors.required(at("volumeHandle"), "");
        }
        for (String field : List.of(
                "controllerPublishSecretRef",
                "controllerExpandSecretRef",
                "nodePublishSecretRef",
                "nodeExpandSecretRef")) {
            if (source.path(field).isObject()) {
                secret(source.path(field), at(field));
            }
        }
    }

    private void secret(JsonNode reference, String at) {
        String name = Trees.text(reference, "name");
        String namespace = Trees.text(reference, "namespace");
        if (name.isEmpty()) {
            errors.required(at + ".name", "");
        } else {
            Checks.each(Names.subdomain(name), at + ".name", name, errors);
        }
        if (namespace.isEmpty()) {
            errors.required(at + ".namespace", "");
        } else {
            Checks.each(Names.label(namespace), at + ".namespace", namespace, errors);
        }
    }
}
