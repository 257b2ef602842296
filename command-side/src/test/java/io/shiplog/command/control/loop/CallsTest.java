package io.shiplog.command.control.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which change each step of a plan names as its cause. */
class CallsTest {
    private static final String SELF = "system:controller:replicaset-controller";
    private static final ObjectKey SET = ObjectKey.of(Types.REPLICA_SETS, "shop", "web-1");
    private static final Cause NEWEST = new Cause("events/1", "newest");

    private final Calls ofSet = new Calls(SET, SELF, true);
    private final Calls ofOther = new Calls(SET, SELF, false);
    private long revision = 100;

    private static ObjectKey pod(String name) {
        return ObjectKey.of(Types.PODS, "shop", name);
    }

    private static StoredObject stored(ObjectKey key, long revision) {
        StoredObject.Extracted extracted =
                new StoredObject.Extracted("u-" + key.name(), Map.of(), Map.of(), false, List.of());
        return new StoredObject(key, revision, Json.of("{}"), extracted, "");
    }

    private String happens(ObjectKey key, String what, String actor) {
        revision++;
        Event event = new Event(
                "events",
                1,
                new EventHead(
                        revision,
                        revision - 1,
                        key,
                        EventType.of("", key.type().resource(), what),
                        "/",
                        null,
                        Instant.EPOCH,
                        new Origin(actor, null, "patch", "c" + revision, null, "c" + revision)),
                Json.of("{}"),
                "");
        Change change = new Change(event, null, stored(key, revision));
        ofSet.add(change);
        ofOther.add(change);
        return event.id();
    }

    private List<String> causes(boolean forItsObject, Command... commands) {
        List<Step> steps = List.of(commands).stream().map(Step::of).toList();
        return (forItsObject ? ofSet : ofOther)
                .named(steps, NEWEST).stream()
                        .map(step -> known(step.cause()).id())
                        .toList();
    }

    private static Cause known(@Nullable Cause cause) {
        assertNotNull(cause);
        return cause;
    }

    private static Command make(String name) {
        return Edits.create(
                Types.PODS,
                "shop",
                Json.of("{\"metadata\":{\"name\":\"" + name + "\"}}").tree());
    }

    private static Command delete(String name) {
        return Edits.delete(stored(pod(name), 1), Propagation.BACKGROUND);
    }

    private static Command status() {
        return Edits.patchStatus(stored(SET, 1), Json.MAPPER.createObjectNode());
    }

    @Test
    void eachReplacementNamesTheDeletionThatCalledForIt() {
        String first = happens(pod("a"), "deletion-requested", "dana");
        String second = happens(pod("b"), "failed", "system:node:n");
        happens(pod("c"), "ready", "system:node:n");
        happens(pod("a"), "deleted", "system:node:n");

        assertEquals(List.of(first, second), causes(true, make("d"), make("e")));
    }

    @Test
    void aPodThatWasScheduledIsNotReplacedForThat() {
        happens(pod("a"), "created", SELF);
        happens(pod("a"), "scheduled", "system:kube-scheduler");
        happens(pod("a"), "annotated", "dana");
        String deleted = happens(pod("a"), "deletion-requested", "dana");

        assertEquals(List.of(deleted), causes(true, make("d")));
        assertEquals(List.of(deleted), causes(false, make("d")));
    }

    @Test
    void whatIsMadeBeyondThatNamesWhatWasWantedOfTheSet() {
        String scaled = happens(SET, "scaled", "system:controller:deployment-controller");
        String deleted = happens(pod("a"), "deletion-requested", "dana");

        assertEquals(List.of(deleted, scaled), causes(true, make("d"), make("e")));
    }

    @Test
    void aScaleDownNamesTheScaleThoughPodsChangedSince() {
        String scaled = happens(SET, "scaled", "dana");
        ofSet.named(List.of(), NEWEST);
        ofSet.answered();
        happens(SET, "status-changed", SELF);
        happens(pod("a"), "deletion-requested", SELF);
        happens(pod("b"), "unready", "system:node:n");

        assertEquals(List.of(scaled), causes(true, delete("c")));
    }

    @Test
    void aStatusNamesWhatWasSeenLast() {
        happens(SET, "scaled", "dana");
        String ready = happens(pod("a"), "ready", "system:node:n");

        assertEquals(List.of(ready), causes(true, status()));
    }

    @Test
    void whoActsOnOthersNamesTheChangeThatCalledForThePlan() {
        String tainted = happens(ObjectKey.clusterScoped(Types.NODES, "n"), "modified", "dana");
        happens(ObjectKey.clusterScoped(Types.NODES, "n"), "ready", "system:node:n");

        assertEquals(List.of(tainted), causes(false, delete("a")));
    }

    @Test
    void whatTheControllerDidToAnotherObjectCallsToo() {
        String deleted = happens(ObjectKey.of(Types.DEPLOYMENTS, "shop", "web"), "deleted", SELF);

        assertEquals(List.of(deleted), causes(false, delete("a")));
        assertEquals(List.of("events/1"), causes(true, delete("a")));
    }

    @Test
    void aRefusedPlanKeepsItsCalls() {
        String deleted = happens(pod("a"), "deletion-requested", "dana");
        assertEquals(List.of(deleted), causes(true, make("d")));

        assertEquals(List.of(deleted), causes(true, make("d")));
    }

    @Test
    void whatWasAnsweredIsNoCauseOfLaterSteps() {
        happens(pod("a"), "deletion-requested", "dana");
        causes(true, make("d"));
        ofSet.answered();
        assertTrue(ofSet.blank());

        assertEquals(List.of("events/1"), causes(true, make("e")));
    }
}
