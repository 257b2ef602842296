package io.shiplog.projections.history.cause;

import static io.shiplog.projections.history.Chronicle.deployment;
import static io.shiplog.projections.history.Chronicle.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.Chronicle;
import io.shiplog.projections.history.HoledLog;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.image.TestKinds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A night: alice deploys, bob scales down, and a user asks about a pod. */
class CausesTest {
    private static final KindCatalogue KINDS = TestKinds.CATALOGUE;
    private static final ObjectKey REPLICA_SET = ObjectKey.of(new ResourceType("apps", "replicasets"), "shop", "web-1");
    private static final String OWNED_BY_DEPLOYMENT =
            "'ownerReferences':[{'apiVersion':'apps/v1','kind':'Deployment','name':'web','uid':'d'}]";
    private static final String OWNED_BY_REPLICA_SET =
            "'ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'web-1','uid':'r'}]";
    private static final String DEPLOYMENT = "{'metadata':{'uid':'d'},'spec':{'replicas':%d}}";
    private static final String SET = "{'metadata':{'uid':'r',%s},'spec':{'replicas':%d}}";
    private static final String POD = "{'metadata':{'uid':'p',%s},'spec':{%s}}";

    private final Chronicle events = new Chronicle();
    private final Chronicle happenings = new Chronicle("happenings");

    @BeforeEach
    void night() {
        events.at("03:00:00").by("alice").command("a").created(deployment("web"), DEPLOYMENT.formatted(1)); // 1
        events.by("deployment-controller")
                .because(1, "a")
                .created(REPLICA_SET, SET.formatted(OWNED_BY_DEPLOYMENT, 1)); // 2
        events.by("replicaset-controller")
                .because(2, "a")
                .created(pod("web-1-x"), POD.formatted(OWNED_BY_REPLICA_SET, "")); // 3
        events.by("system:kube-scheduler")
                .because(3, "a")
                .write(pod("web-1-x"), "scheduled", POD.formatted(OWNED_BY_REPLICA_SET, "'nodeName':'n'")); // 4
        events.at("03:00:02").by("system:node:n").command("n");
        events.write(pod("web-1-x"), "status-changed", POD.formatted(OWNED_BY_REPLICA_SET, "'nodeName':'n'")); // 5
        events.write(pod("web-1-x"), "ready", POD.formatted(OWNED_BY_REPLICA_SET, "'nodeName':'n','x':1")); // 6
        happenings
                .at("03:00:01")
                .by("system:node:n")
                .created(
                        ObjectKey.of(ResourceType.core("events"), "shop", "web-1-x.abc"),
                        "{'involvedObject':{'uid':'p'},'reason':'Started','message':'Started container web'}");
        events.at("03:10:00").by("bob").command("b").write(deployment("web"), "scaled", DEPLOYMENT.formatted(0)); // 7
        events.by("deployment-controller")
                .because(7, "b")
                .write(REPLICA_SET, "scaled", SET.formatted(OWNED_BY_DEPLOYMENT, 0)); // 8
        events.by("replicaset-controller")
                .because(8, "b")
                .write(
                        pod("web-1-x"),
                        "deletion-requested",
                        POD.formatted(OWNED_BY_REPLICA_SET, "'nodeName':'n'")); // 9
        events.by("system:node:n")
                .command("n2")
                .deleted(pod("web-1-x"), POD.formatted(OWNED_BY_REPLICA_SET, "'nodeName':'n'")); // 10
    }

    private List<String> why(Map<String, EventLog> logs, long upTo) {
        try (ScannedHistory history = new ScannedHistory(logs)) {
            return Causes.ofObject(new Past(history, "events"), KINDS::byKind, pod("web-1-x"), null, upTo).stream()
                    .map(CausesTest::brief)
                    .toList();
        }
    }

    private Map<String, EventLog> logs() {
        return Map.of("events", events.log(), "happenings", happenings.log());
    }

    private static String brief(CauseStep step) {
        return switch (step) {
            case CauseStep.Known(PastChange change, CauseStep.Part part) ->
                part.word() + " " + change.event().id() + " " + change.event().actor();
            case CauseStep.Unknown(String shard, long revision, boolean isCut) ->
                (isCut ? "cut " : "unreadable ") + shard + "/" + revision;
        };
    }

    @Test
    void a_pods_story_goes_from_the_users_command_to_what_its_node_reported() {
        assertEquals(
                List.of(
                        "cause events/1 alice",
                        "cause events/2 deployment-controller",
                        "object events/3 replicaset-controller",
                        "object events/4 system:kube-scheduler",
                        "told happenings/1 system:node:n",
                        "object events/6 system:node:n"),
                why(logs(), 6));
    }

    @Test
    void a_pod_that_had_to_wait_is_scheduled_because_of_the_event_that_woke_it() {
        Chronicle waits = new Chronicle();
        waits.by("alice").command("a").created(pod("web-1-x"), POD.formatted("'labels':{}", "")); // 1
        waits.by("system:kube-scheduler")
                .because(1, "a")
                .write(pod("web-1-x"), "status-changed", POD.formatted("'labels':{}", "")); // 2
        waits.by("bob")
                .command("b")
                .created(ObjectKey.clusterScoped(ResourceType.core("nodes"), "n"), "{'metadata':{'uid':'n'}}"); // 3
        waits.by("system:kube-scheduler")
                .because(3, "a")
                .write(pod("web-1-x"), "scheduled", POD.formatted("'labels':{}", "'nodeName':'n'")); // 4

        assertEquals(
                List.of("object events/1 alice", "cause events/3 bob", "object events/4 system:kube-scheduler"),
                why(Map.of("events", waits.log(), "happenings", new Chronicle("happenings").log()), 4));
    }

    @Test
    void a_pod_that_was_retried_after_its_own_change_has_no_other_cause() {
        Chronicle waits = new Chronicle();
        waits.by("alice").command("a").created(pod("web-1-x"), POD.formatted("'labels':{}", "")); // 1
        waits.by("system:kube-scheduler")
                .because(1, "a")
                .write(pod("web-1-x"), "status-changed", POD.formatted("'labels':{}", "")); // 2
        waits.because(2, "a").write(pod("web-1-x"), "scheduled", POD.formatted("'labels':{}", "'nodeName':'n'")); // 3

        assertEquals(
                List.of("object events/1 alice", "object events/3 system:kube-scheduler"),
                why(Map.of("events", waits.log(), "happenings", new Chronicle("happenings").log()), 3));
    }

    /** An object may have a thousand revisions of 1.5 MiB. */
    @Test
    void of_a_life_of_large_objects_it_reads_the_creation_and_the_newest_4_mib() {
        Chronicle large = new Chronicle();
        large.at("03:00:00").by("alice").command("a").created(deployment("web"), DEPLOYMENT.formatted(1)); // 1
        for (int replicas = 2; replicas <= 8; replicas++) {
            String object =
                    "{'metadata':{'uid':'d'},'spec':{'replicas':%d,'x':'%s'}}".formatted(replicas, "x".repeat(1 << 20));
            large.by("alice").write(deployment("web"), "scaled", object); // 2 to 8
        }
        try (ScannedHistory history =
                new ScannedHistory(Map.of("events", large.log(), "happenings", happenings.log()))) {
            List<Long> told =
                    Causes.ofObject(new Past(history, "events"), KINDS::byKind, deployment("web"), null, 8).stream()
                            .filter(CauseStep.Known.class::isInstance)
                            .map(step ->
                                    ((CauseStep.Known) step).change().event().revision())
                            .toList();
            assertEquals(List.of(1L, 5L, 6L, 7L, 8L), told);
        }
    }

    @Test
    void of_a_pod_that_is_gone_it_says_who_deleted_it_and_what_made_them() {
        List<String> story = why(logs(), 10);

        assertEquals(
                List.of(
                        "cause events/7 bob",
                        "cause events/8 deployment-controller",
                        "object events/9 replicaset-controller",
                        "object events/10 system:node:n"),
                story.subList(story.size() - 4, story.size()));
        assertEquals("cause events/1 alice", story.getFirst());
    }

    @Test
    void one_event_has_its_causes_alone() {
        try (ScannedHistory history = new ScannedHistory(logs())) {
            assertEquals(
                    List.of(
                            "cause events/1 alice",
                            "cause events/2 deployment-controller",
                            "cause events/7 bob",
                            "cause events/8 deployment-controller",
                            "object events/9 replicaset-controller"),
                    Causes.ofChange(new Past(history, "events"), KINDS::byKind, 9).stream()
                            .map(CausesTest::brief)
                            .filter(each -> !each.contains("events/3"))
                            .toList());
            assertEquals(List.of(), Causes.ofChange(new Past(history, "events"), KINDS::byKind, 99));
        }
    }

    @Test
    void an_unreadable_cause_is_named_and_the_users_command_is_still_found() {
        Map<String, EventLog> holed = Map.of("events", new HoledLog(events.log(), 8), "happenings", happenings.log());

        List<String> story = why(holed, 10);

        assertTrue(story.contains("unreadable events/8"), story::toString);
        assertTrue(story.contains("cause events/7 bob"), story::toString);
    }

    @Test
    void a_cause_that_was_cut_away_is_named() {
        events.log().cutBefore(3);

        List<String> story = why(logs(), 6);

        assertTrue(story.contains("cut events/2"), story::toString);
        assertTrue(story.contains("object events/3 replicaset-controller"), story::toString);
    }

    @Test
    void the_beginning_of_a_life_that_was_cut_away_is_named_and_what_is_left_is_told() {
        events.log().cutBefore(6);

        List<String> story = why(logs(), 6);

        assertEquals(
                List.of("cut events/5", "told happenings/1 system:node:n", "object events/6 system:node:n"), story);
    }

    @Test
    void a_clock_that_goes_backwards_does_not_change_the_order() {
        events.at("02:00:00").by("carol").command("c").created(pod("web-1-x"), "{'metadata':{'uid':'q'}}"); // 11
        events.at("01:00:00").by("carol").command("d").deleted(pod("web-1-x"), "{'metadata':{'uid':'q'}}"); // 12

        assertEquals(List.of("object events/11 carol", "object events/12 carol"), why(logs(), 12));
    }

    @Test
    void what_never_was_has_no_story() {
        try (ScannedHistory history = new ScannedHistory(logs())) {
            assertEquals(
                    List.of(), Causes.ofObject(new Past(history, "events"), KINDS::byKind, pod("never"), null, 10));
            assertEquals(
                    List.of(),
                    Causes.ofObject(new Past(history, "events"), KINDS::byKind, pod("web-1-x"), "other", 10));
        }
    }
}
