package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.schedule.PodDemand.Affinity;
import io.shiplog.command.schedule.PodDemand.Neighbour;
import io.shiplog.command.schedule.PodDemand.Phase;
import io.shiplog.command.schedule.PodDemand.Preference;
import io.shiplog.command.schedule.PodDemand.Rank;
import io.shiplog.command.schedule.PodDemand.Spread;
import io.shiplog.command.schedule.PodDemand.Standing;
import io.shiplog.command.schedule.PodDemand.Wants;
import io.shiplog.command.schedule.PodDemand.Weighted;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.LabelSelector.Requirement;
import io.shiplog.events.placement.NodeNeeds;
import io.shiplog.events.placement.NodeTerms;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses a pod's bytes for the scheduler. */
final class PodDemandReader {
    private static final String DEFAULT_SCHEDULER = "default-scheduler";
    static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
    private static final String HONOR = "Honor";

    private PodDemandReader() {}

    static PodDemand read(StoredObject pod) {
        JsonNode tree = pod.json().tree();
        JsonNode spec = tree.path("spec");
        JsonNode status = tree.path("status");
        JsonNode affinity = spec.path("affinity");
        OwnerRef owner = OwnerRef.controllerOf(pod);
        String phase = status.path("phase").asText();
        Instant started = Conditions.parse(status.path("startTime"));
        return new PodDemand(
                pod.key(),
                pod.uid(),
                pod.labels(),
                owner == null ? "" : owner.uid(),
                new Standing(
                        spec.path("schedulerName").asText(DEFAULT_SCHEDULER),
                        pod.node(),
                        new Rank(
                                spec.path("priority").asInt(0),
                                !spec.path("preemptionPolicy").asText().equals("Never")),
                        started == null ? Instant.MAX : started,
                        new Phase(
                                phase.equals("Succeeded") || phase.equals("Failed"),
                                !spec.path("schedulingGates").isEmpty(),
                                pod.deleting(),
                                pod.deleting() && preempted(status))),
                NodeNeeds.ofPod(tree),
                wants(pod.key().name(), spec),
                new Affinity(
                        preferences(affinity.path("nodeAffinity")),
                        spreads(spec, pod.labels()),
                        neighbours(affinity.path("podAffinity"), pod),
                        neighbours(affinity.path("podAntiAffinity"), pod),
                        wishes(affinity, pod)));
    }

    private static Wants wants(String pod, JsonNode spec) {
        List<String> images = new ArrayList<>();
        int containers = 0;
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : spec.path(list)) {
                images.add(tagged(container.path("image").asText()));
                containers++;
            }
        }
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.hasNonNull("image")) {
                images.add(tagged(volume.path("image").path("reference").asText()));
            }
        }
        return new Wants(
                claims(pod, spec),
                List.copyOf(images),
                containers,
                !spec.path("resourceClaims").isEmpty());
    }

    /** An image without a tag is the latest one. */
    private static String tagged(String image) {
        return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
    }

    /** An ephemeral volume has a claim that is named after the pod and the volume. */
    private static List<String> claims(String pod, JsonNode spec) {
        List<String> claims = new ArrayList<>();
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.hasNonNull("persistentVolumeClaim")) {
                claims.add(
                        volume.path("persistentVolumeClaim").path("claimName").asText());
            } else if (volume.hasNonNull("ephemeral")) {
                claims.add(pod + "-" + volume.path("name").asText());
            }
        }
        return List.copyOf(claims);
    }

    private static boolean preempted(JsonNode status) {
        JsonNode condition = Conditions.find(status.path("conditions"), "DisruptionTarget");
        return condition.path("status").asText().equals("True")
                && condition.path("reason").asText().equals(Disruption.PREEMPTION.reason());
    }

    private static List<Preference> preferences(JsonNode nodeAffinity) {
        List<Preference> preferences = new ArrayList<>();
        for (JsonNode each : nodeAffinity.path(PREFERRED)) {
            preferences.add(new Preference(each.path("weight").asInt(), NodeTerms.Term.of(each.path("preference"))));
        }
        return List.copyOf(preferences);
    }

    private static List<Spread> spreads(JsonNode spec, Map<String, String> labels) {
        List<Spread> spreads = new ArrayList<>();
        for (JsonNode each : spec.path("topologySpreadConstraints")) {
            spreads.add(new Spread(
                    each.path("topologyKey").asText(),
                    Math.max(1, each.path("maxSkew").asInt(1)),
                    each.path("whenUnsatisfiable").asText("DoNotSchedule").equals("DoNotSchedule"),
                    selector(each, labels),
                    each.path("minDomains").asInt(1),
                    each.path("nodeAffinityPolicy").asText(HONOR).equals(HONOR),
                    each.path("nodeTaintsPolicy").asText().equals(HONOR)));
        }
        return List.copyOf(spreads);
    }

    private static List<Neighbour> neighbours(JsonNode affinity, StoredObject pod) {
        List<Neighbour> neighbours = new ArrayList<>();
        affinity.path(REQUIRED).forEach(term -> neighbours.add(neighbour(term, pod)));
        return List.copyOf(neighbours);
    }

    private static List<Weighted> wishes(JsonNode affinity, StoredObject pod) {
        List<Weighted> wishes = new ArrayList<>();
        for (JsonNode each : affinity.path("podAffinity").path(PREFERRED)) {
            wishes.add(new Weighted(each.path("weight").asInt(), neighbour(each.path("podAffinityTerm"), pod)));
        }
        for (JsonNode each : affinity.path("podAntiAffinity").path(PREFERRED)) {
            wishes.add(new Weighted(-each.path("weight").asInt(), neighbour(each.path("podAffinityTerm"), pod)));
        }
        return List.copyOf(wishes);
    }

    /** A term without namespaces means the pod's own. */
    private static Neighbour neighbour(JsonNode term, StoredObject pod) {
        Set<String> namespaces = new HashSet<>();
        term.path("namespaces").forEach(each -> namespaces.add(each.asText()));
        JsonNode selected = term.path("namespaceSelector");
        if (namespaces.isEmpty() && !selected.isObject()) {
            namespaces.add(pod.key().namespace());
        }
        return new Neighbour(
                term.path("topologyKey").asText(),
                selector(term, pod.labels()),
                Set.copyOf(namespaces),
                selected.isObject() ? LabelSelector.of(selected) : LabelSelector.NOTHING);
    }

    /**
     * {@code labelSelector} of a term, extended by the pod's labels in matchLabelKeys and mismatchLabelKeys. An absent one
     * matches nothing.
     */
    private static LabelSelector selector(JsonNode term, Map<String, String> labels) {
        if (!term.path("labelSelector").isObject()) {
            return LabelSelector.NOTHING;
        }
        LabelSelector selector = LabelSelector.of(term.path("labelSelector"));
        List<Requirement> requirements = new ArrayList<>(selector.requirements());
        addOwnLabels(requirements, term.path("matchLabelKeys"), "In", labels);
        addOwnLabels(requirements, term.path("mismatchLabelKeys"), "NotIn", labels);
        return new LabelSelector(selector.labels(), requirements);
    }

    private static void addOwnLabels(
            List<Requirement> requirements, JsonNode keys, String operator, Map<String, String> labels) {
        for (JsonNode key : keys) {
            String value = labels.get(key.asText());
            if (value != null) {
                requirements.add(new Requirement(key.asText(), operator, Set.of(value)));
            }
        }
    }
}
