package io.shiplog.command.control.stateful;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.sets.SetKind;
import io.shiplog.command.control.sets.SetView;
import io.shiplog.command.control.view.PodTemplates;
import io.shiplog.command.kind.check.IntOrPercent;
import io.shiplog.events.json.Json;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A StatefulSet as its controller sees it.
 *
 * @param replicas the desired number of pods
 * @param start the ordinal of the first pod
 * @param parallel whether pods are made and deleted without regard to each other
 * @param claims the claims that each pod gets; the names are those of the templates
 */
record StatefulSpec(SetView set, int replicas, int start, boolean parallel, List<JsonNode> claims) {
    static final String REVISION_LABEL = "controller-revision-hash";
    static final String NAME_LABEL = "statefulset.kubernetes.io/pod-name";
    static final String INDEX_LABEL = "apps.kubernetes.io/pod-index";

    static final int NO_ORDINAL = -1;

    private static final String DELETE = "Delete";

    static StatefulSpec of(StoredObject stored) {
        SetView set = SetView.of(SetKind.STATEFUL_SET, stored);
        List<JsonNode> claims = new ArrayList<>();
        set.spec().path("volumeClaimTemplates").forEach(claims::add);
        return new StatefulSpec(
                set,
                set.spec().path("replicas").asInt(1),
                set.spec().path("ordinals").path("start").asInt(0),
                set.spec().path("podManagementPolicy").asText().equals("Parallel"),
                List.copyOf(claims));
    }

    /** The ordinal in a pod's name; {@link #NO_ORDINAL} for a name that none of its pods has. */
    int ordinalOf(String pod) {
        String prefix = set.name() + "-";
        String ordinal = pod.startsWith(prefix) ? pod.substring(prefix.length()) : "";
        return ordinal.matches("0|[1-9][0-9]{0,8}") ? Integer.parseInt(ordinal) : NO_ORDINAL;
    }

    boolean inRange(int ordinal) {
        return ordinal >= start && ordinal < end();
    }

    /** The ordinal behind the last one. */
    int end() {
        return (int) Math.min(Integer.MAX_VALUE, (long) start + replicas);
    }

    String podName(int ordinal) {
        return set.name() + "-" + ordinal;
    }

    String claimName(JsonNode template, int ordinal) {
        return template.path("metadata").path("name").asText() + "-" + podName(ordinal);
    }

    private JsonNode strategy() {
        return set.spec().path("updateStrategy");
    }

    boolean onDelete() {
        return strategy().path("type").asText().equals("OnDelete");
    }

    /** How many pods keep the current revision in a rollout. */
    int partition() {
        return strategy().path("rollingUpdate").path("partition").asInt(0);
    }

    /** How many pods may be missing in a rollout; null for one at a time, a broken one among them. */
    @Nullable Integer maxUnavailable() {
        JsonNode value = strategy().path("rollingUpdate").path("maxUnavailable");
        return value.isValueNode() && !value.isNull() ? Math.max(1, IntOrPercent.of(value, replicas, false)) : null;
    }

    /**
     * Whether a new pod of an ordinal gets the current revision, not the one that a rollout brings.
     *
     * @param ofCurrent how many pods have the current revision: they are the first ones
     */
    boolean keepsCurrent(int ordinal, int ofCurrent) {
        int kept = strategy().path("rollingUpdate").isObject() ? partition() : ofCurrent;
        return !onDelete() && ordinal < start + kept;
    }

    boolean deletesClaimsWhenScaled() {
        return retention("whenScaled");
    }

    boolean deletesClaimsWhenDeleted() {
        return retention("whenDeleted");
    }

    private boolean retention(String when) {
        return set.spec()
                .path("persistentVolumeClaimRetentionPolicy")
                .path(when)
                .asText()
                .equals(DELETE);
    }

    /**
     * A pod.
     *
     * @param template of the revision that it gets
     * @param revision the name of that revision
     */
    ObjectNode pod(int ordinal, JsonNode template, String revision) {
        String name = podName(ordinal);
        ObjectNode pod = PodTemplates.pod(set.namespace(), name, template, set.asOwner());
        pod.withObject("/metadata/labels")
                .put(REVISION_LABEL, revision)
                .put(NAME_LABEL, name)
                .put(INDEX_LABEL, Integer.toString(ordinal));
        ObjectNode spec = pod.withObject("/spec");
        spec.put("hostname", name);
        String service = set.spec().path("serviceName").asText();
        if (!service.isEmpty()) {
            spec.put("subdomain", service);
        } else {
            spec.remove("subdomain");
        }
        if (!claims.isEmpty()) {
            spec.set("volumes", volumes(spec.path("volumes"), ordinal));
        }
        return pod;
    }

    /** The claims as volumes, in place of volumes of the same names. */
    private ArrayNode volumes(JsonNode given, int ordinal) {
        ArrayNode volumes = Json.MAPPER.createArrayNode();
        for (JsonNode claim : claims) {
            ObjectNode volume = volumes.addObject()
                    .put("name", claim.path("metadata").path("name").asText());
            volume.putObject("persistentVolumeClaim").put("claimName", claimName(claim, ordinal));
        }
        Set<String> own = claims.stream()
                .map(each -> each.path("metadata").path("name").asText())
                .collect(Collectors.toSet());
        for (JsonNode volume : given) {
            if (!own.contains(volume.path("name").asText())) {
                volumes.add(volume);
            }
        }
        return volumes;
    }

    /** A claim of a pod. */
    ObjectNode claim(JsonNode template, int ordinal) {
        ObjectNode claim = template.deepCopy();
        claim.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
        claim.remove("status");
        ObjectNode metadata = claim.withObject("/metadata");
        metadata.put("name", claimName(template, ordinal)).put("namespace", set.namespace());
        ObjectNode labels = metadata.withObject("/labels");
        set.selector().labels().forEach(labels::put);
        return claim;
    }
}
