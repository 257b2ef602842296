package io.shiplog.command.control.stateful;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.sets.FailedPods;
import io.shiplog.command.control.sets.Revision;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.kind.core.volume.PersistentVolumeClaimKind;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The steps for the pods of a StatefulSet: replicas in ascending order, then surplus pods and the rollout in descending order. Unless
 * the set is parallel, each waits for those before it.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/statefulset/stateful_set_control.go">updateStatefulSet</a>
 */
final class StatefulPlan {
    private static final String COMPONENT = "statefulset-controller";

    private final StatefulSpec spec;
    private final Image image;
    private final Revision current;
    private final Revision update;
    /** How many missing replicas one plan makes; the next one makes more. */
    static final int BURST = 500;

    private final FailedPods failed;
    private final Instant now;
    private final TreeMap<Integer, StatefulPod> replicas = new TreeMap<>();
    private final List<StatefulPod> condemned = new ArrayList<>();

    private final List<Step> steps = new ArrayList<>();
    private final int ofCurrent;
    private @Nullable Duration wait;

    StatefulPlan(
            StatefulSpec spec,
            List<StatefulPod> pods,
            Image image,
            Revision current,
            Revision update,
            FailedPods failed,
            Instant now) {
        this.spec = spec;
        this.image = image;
        this.current = current;
        this.update = update;
        this.failed = failed;
        this.now = now;
        ofCurrent = (int) pods.stream()
                .filter(pod -> !pod.terminating() && pod.revision().equals(current.name()))
                .count();
        for (StatefulPod pod : pods) {
            if (spec.inRange(pod.ordinal())) {
                replicas.put(pod.ordinal(), pod);
            } else {
                condemned.add(pod);
            }
        }
        condemned.sort(Comparator.comparingInt(StatefulPod::ordinal).reversed());
        if (growAndHeal() && shrink() && !spec.onDelete()) {
            roll();
        }
    }

    List<Step> steps() {
        return steps;
    }

    /** When a failed pod may be replaced, or null. */
    @Nullable Duration untilNextReplacement() {
        return wait;
    }

    /**
     * Whether all replicas are as they should be, or the set is parallel. Looks at the pods that there are and at so many missing ones,
     * never at the whole range: {@code replicas} is a number that a user may choose freely.
     */
    private boolean growAndHeal() {
        int missing = 0;
        for (int ordinal = spec.start(); ordinal < spec.end(); ordinal++) {
            boolean isMissing = !replicas.containsKey(ordinal);
            if (!settled(ordinal) && (!spec.parallel() || isMissing && ++missing == BURST)) {
                return false;
            }
        }
        return true;
    }

    /** Takes the next step for a replica; whether none is left. */
    private boolean settled(int ordinal) {
        StatefulPod pod = replicas.get(ordinal);
        if (pod == null) {
            create(ordinal);
            return false;
        }
        if (pod.view().terminal()) {
            replaceFinished(pod);
            return false;
        }
        if (!pod.terminating()) {
            if (pod.view().read().phase().equals("Pending")) {
                createClaims(ordinal);
            }
            keepClaims(pod);
        }
        if (pod.terminating() || !pod.runningAndReady() || !available(pod)) {
            return false;
        }
        name(pod);
        return true;
    }

    private boolean available(StatefulPod pod) {
        return pod.available(spec.set().minReady(), now);
    }

    private boolean unavailable(StatefulPod pod) {
        return pod.terminating() || !pod.runningAndReady() || !available(pod);
    }

    /** The claims first: a pod whose claims are refused is not made. */
    private void create(int ordinal) {
        if (createClaims(ordinal)) {
            return;
        }
        Revision revision = spec.keepsCurrent(ordinal, ofCurrent) ? current : update;
        JsonNode template = revision == update ? spec.set().template() : revision.template();
        String name = spec.podName(ordinal);
        steps.add(Step.of(
                        Edits.create(Types.PODS, spec.set().namespace(), spec.pod(ordinal, template, revision.name())),
                        podEvent("Create", name))
                .withEventIfRefused(podWarning("Create", name)));
    }

    /** Whether claims are missing, or have to go before the pod may come. */
    private boolean createClaims(int ordinal) {
        boolean waits = false;
        for (JsonNode template : spec.claims()) {
            String name = spec.claimName(template, ordinal);
            StoredObject claim = image.get(
                    ObjectKey.of(PersistentVolumeClaimKind.TYPE, spec.set().namespace(), name));
            if (claim == null) {
                waits = true;
                steps.add(createClaim(template, ordinal, name));
            } else {
                waits |= claim.deleting() || ClaimOwners.isStale(spec, spec.podName(ordinal), claim);
            }
        }
        return waits;
    }

    private Step createClaim(JsonNode template, int ordinal, String name) {
        String about = "Create Claim %s Pod %s in StatefulSet %s"
                .formatted(name, spec.podName(ordinal), spec.set().name());
        return Step.of(
                        Edits.create(
                                PersistentVolumeClaimKind.TYPE, spec.set().namespace(), spec.claim(template, ordinal)),
                        normal("SuccessfulCreate", about + " success"))
                .withEventIfRefused(warning(
                        "FailedCreate",
                        "Create Claim %s for Pod %s in StatefulSet %s failed error: "
                                .formatted(
                                        name, spec.podName(ordinal), spec.set().name())));
    }

    /** A pod that has ended is deleted; its successor is made once it is gone. */
    private void replaceFinished(StatefulPod pod) {
        if (pod.terminating()) {
            return;
        }
        Duration left = failed.wait(spec.set(), pod.view().name(), pod.stored().uid(), now);
        if (left.isZero()) {
            steps.add(deletion(pod).about(pod.stored().key()));
        } else if (wait == null || left.compareTo(wait) < 0) {
            wait = left;
        }
    }

    /** Restores the label with the pod's name. */
    private void name(StatefulPod pod) {
        String name = pod.view().name();
        if (!name.equals(pod.view().labels().get(StatefulSpec.NAME_LABEL))) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            patch.withObject("/metadata/labels").put(StatefulSpec.NAME_LABEL, name);
            steps.add(Step.of(Edits.patch(pod.stored(), patch), podEvent("Update", name)));
        }
    }

    /** Gives the pod's claims the owners that the retention policy asks for. */
    private void keepClaims(StatefulPod pod) {
        for (JsonNode template : spec.claims()) {
            ObjectKey key = ObjectKey.of(
                    PersistentVolumeClaimKind.TYPE, spec.set().namespace(), spec.claimName(template, pod.ordinal()));
            StoredObject claim = image.get(key);
            List<OwnerRef> owners = claim == null ? null : ClaimOwners.changed(spec, pod, claim);
            if (claim != null && owners != null) {
                steps.add(Step.of(Edits.owners(claim, owners)));
            }
        }
    }

    /** Deletes surplus pods; whether none is left, or the set is parallel. */
    private boolean shrink() {
        condemned.forEach(this::keepClaims);
        if (!steps.isEmpty() && !condemned.isEmpty() && !spec.parallel()) {
            return false; // A claim belongs to its pod before the pod goes.
        }
        StatefulPod broken = firstUnavailable();
        for (StatefulPod pod : condemned) {
            if (!pod.terminating()
                    && (spec.parallel()
                            || pod.view().terminal() // It never gets healthy.
                            || pod == broken
                            || pod.runningAndReady() && available(pod))
                    && !claimsChange(pod)) {
                steps.add(deletion(pod));
            }
            if (!spec.parallel()) {
                return false;
            }
        }
        return true;
    }

    private boolean claimsChange(StatefulPod pod) {
        return spec.claims().stream()
                .map(template -> image.get(ObjectKey.of(
                        PersistentVolumeClaimKind.TYPE,
                        spec.set().namespace(),
                        spec.claimName(template, pod.ordinal()))))
                .anyMatch(claim -> claim != null && ClaimOwners.changed(spec, pod, claim) != null);
    }

    /** The unavailable pod of the lowest ordinal: replicas come before surplus pods. */
    private @Nullable StatefulPod firstUnavailable() {
        for (StatefulPod pod : replicas.values()) {
            if (unavailable(pod)) {
                return pod;
            }
        }
        for (StatefulPod pod : condemned.reversed()) {
            if (unavailable(pod)) {
                return pod;
            }
        }
        return null;
    }

    /** Deletes outdated pods, from the highest ordinal down to the partition. */
    private void roll() {
        Integer limit = spec.maxUnavailable();
        int next = spec.end() - 1;
        long first = (long) spec.start() + spec.partition();
        int left = Integer.MAX_VALUE;
        if (limit != null) {
            int missing = spec.end() - spec.start() - replicas.size();
            left = limit
                    - missing
                    - (int) replicas.values().stream().filter(this::unavailable).count();
        }
        for (StatefulPod pod : replicas.descendingMap().values()) {
            if (pod.ordinal() < first || left <= 0 || limit == null && pod.ordinal() != next--) {
                return;
            }
            if (!pod.terminating() && !pod.revision().equals(update.name())) {
                steps.add(deletion(pod));
                left--;
                if (limit == null) {
                    return;
                }
            } else if (limit == null && unavailable(pod)) {
                return;
            }
        }
    }

    private Step deletion(StatefulPod pod) {
        String name = pod.view().name();
        return Step.of(Edits.delete(pod.stored(), Propagation.BACKGROUND), podEvent("Delete", name))
                .withEventIfRefused(podWarning("Delete", name));
    }

    private ObjectEvent podEvent(String verb, String pod) {
        return normal(
                "Successful" + verb,
                "%s Pod %s in StatefulSet %s successful"
                        .formatted(verb, pod, spec.set().name()));
    }

    private ObjectEvent podWarning(String verb, String pod) {
        return warning(
                "Failed" + verb,
                "%s Pod %s in StatefulSet %s failed error: "
                        .formatted(verb, pod, spec.set().name()));
    }

    private ObjectEvent normal(String reason, String message) {
        return ObjectEvent.normal(spec.set().regarding(), reason, message, COMPONENT);
    }

    private ObjectEvent warning(String reason, String message) {
        return ObjectEvent.warning(spec.set().regarding(), reason, message, COMPONENT);
    }
}
