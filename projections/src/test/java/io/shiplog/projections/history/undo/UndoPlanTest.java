package io.shiplog.projections.history.undo;

import static io.shiplog.projections.history.Chronicle.deployment;
import static io.shiplog.projections.history.Chronicle.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.Chronicle;
import io.shiplog.projections.history.HoledLog;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.TestKinds;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an undo would do, and what is in its way. */
class UndoPlanTest {
    private static final KindCatalogue KINDS = TestKinds.CATALOGUE;
    private static final ObjectKey SHOP = ObjectKey.clusterScoped(ResourceType.core("namespaces"), "shop");
    private static final ObjectKey SERVICE_ACCOUNT =
            ObjectKey.of(ResourceType.core("serviceaccounts"), "shop", "default");
    private static final String WEB = "{'metadata':{'name':'web','uid':'%s'},'spec':{'replicas':%d,'image':'%s'}}";

    private final Chronicle chronicle = new Chronicle();
    private int commands;

    /** Another user's next command. */
    private Chronicle user(String name) {
        return chronicle.by(name).command(name + ++commands);
    }

    private long web(int replicas, String image) {
        return chronicle.modified(deployment("web"), WEB.formatted("u", replicas, image));
    }

    private long createdWeb(int replicas, String image) {
        return user("alice").created(deployment("web"), WEB.formatted("u", replicas, image));
    }

    /** Undoes what users did between two revisions. */
    private List<String> undo(long from, long to) {
        return plan(Map.of("events", chronicle.log()), from, to, range -> range.commands(ChangeFilter.ALL));
    }

    /** Undoes a namespace back to a revision. */
    private List<String> shopBackTo(long revision) {
        return plan(
                Map.of("events", chronicle.log()),
                revision + 1,
                Long.MAX_VALUE,
                range -> range.all(List.of(ChangeFilter.inNamespace("shop"), ChangeFilter.of(SHOP))));
    }

    private static List<String> plan(
            Map<String, EventLog> logs, long from, long to, Function<UndoRange, UndoRange.Gathered> gather) {
        try (LiveImage live = LiveImage.start(
                        logs, KINDS, SnapshotStore.NONE, KeyframeStore.NONE, Progress.NONE, Clock.systemUTC());
                ScannedHistory history = new ScannedHistory(logs)) {
            Image now = live.newest("events").toCompletableFuture().join();
            long end = Math.min(to, now.revision("events"));
            return shown(
                    UndoPlan.of(gather.apply(new UndoRange(new Past(history, "events"), now, from, end, event -> true))
                            .subjects()));
        }
    }

    private static List<String> shown(UndoPlan plan) {
        List<String> shown = new ArrayList<>();
        plan.steps()
                .forEach(step -> shown.add(
                        switch (step) {
                            case UndoStep.Create create -> "create " + name(create.key());
                            case UndoStep.Delete delete -> "delete " + name(delete.key());
                            case UndoStep.Update update ->
                                "update " + name(update.key())
                                        + String.join(
                                                "",
                                                update.fields().stream()
                                                        .map(UndoPlanTest::field)
                                                        .toList());
                        }));
        plan.conflicts().forEach(each -> shown.add("conflict " + name(each.key()) + " " + each.message()));
        shown.addAll(plan.notes());
        return shown;
    }

    private static String field(FieldChange field) {
        return " " + field.path() + "=" + field.after();
    }

    private static String name(ObjectKey key) {
        return key.type().resource() + "/" + key.name();
    }

    @Test
    void a_value_that_a_user_changed_gets_back_what_it_was() {
        createdWeb(2, "v1");
        user("bob");
        long bad = web(2, "v2");

        assertEquals(List.of("update deployments/web .spec.image=\"v1\""), undo(bad, bad));
    }

    @Test
    void several_changes_go_back_to_before_the_first() {
        createdWeb(2, "v1");
        user("bob");
        long first = web(3, "v1");
        user("carol");
        web(4, "v2");
        user("bob");
        long last = web(4, "v3");

        assertEquals(List.of("update deployments/web .spec.replicas=2 .spec.image=\"v1\""), undo(first, last));
        assertEquals(List.of("update deployments/web .spec.image=\"v2\""), undo(last, last));
    }

    @Test
    void what_others_changed_beside_it_stays() {
        createdWeb(2, "v1");
        user("bob");
        long bad = web(2, "v2");
        user("carol");
        web(5, "v2");

        assertEquals(List.of("update deployments/web .spec.image=\"v1\""), undo(bad, bad));
    }

    @Test
    void where_the_same_value_was_changed_since_it_says_who_did() {
        createdWeb(2, "v1");
        user("bob");
        long bad = web(2, "v2");
        user("carol");
        web(2, "v3");

        assertEquals(
                List.of("conflict deployments/web .spec.image was changed since, to \"v3\", by carol at revision 3"),
                undo(bad, bad));
    }

    @Test
    void what_the_cluster_changed_since_it_keeps() {
        createdWeb(2, "v1");
        user("bob");
        long bad = web(5, "v2");
        chronicle.by("horizontal-pod-autoscaler").because(bad, "x");
        web(7, "v2");

        assertEquals(
                List.of(
                        "update deployments/web .spec.image=\"v1\"",
                        "deployments.apps \"web\": .spec.replicas is kept by horizontal-pod-autoscaler"),
                undo(bad, bad));
    }

    @Test
    void what_was_put_back_already_needs_nothing() {
        createdWeb(2, "v1");
        user("bob");
        long bad = web(2, "v2");
        user("carol");
        web(2, "v1");

        assertEquals(List.of(), undo(bad, bad));
    }

    @Test
    void a_map_that_came_goes_with_its_last_value_and_one_that_went_comes_back_key_by_key() {
        user("alice").created(pod("a"), "{'metadata':{'uid':'p','labels':{'x':'1','y':'2'}}}");
        user("bob");
        long changed = chronicle.modified(pod("a"), "{'metadata':{'uid':'p','annotations':{'note':'n'}}}");
        user("carol").modified(pod("a"), "{'metadata':{'uid':'p','annotations':{'note':'n'},'labels':{'z':'3'}}}");

        assertEquals(
                List.of(
                        "update pods/a .metadata.annotations.note=null .metadata.labels.x=\"1\" .metadata.labels.y=\"2\""),
                undo(changed, changed).stream().map(UndoPlanTest::sorted).toList());
    }

    /** The fields of an update in the order of their names. */
    private static String sorted(String update) {
        String[] words = update.split(" ");
        java.util.Arrays.sort(words, 2, words.length);
        return String.join(" ", words);
    }

    @Test
    void an_item_of_a_list_comes_back_and_goes_by_its_name() {
        user("alice").created(pod("a"), "{'metadata':{'uid':'p'},'c':[{'name':'x','i':1},{'name':'y','i':1}]}");
        user("bob");
        long changed =
                chronicle.modified(pod("a"), "{'metadata':{'uid':'p'},'c':[{'name':'x','i':2},{'name':'z','i':1}]}");

        assertEquals(
                List.of("update pods/a .c[name=x].i=1 .c[name=z]=null .c[name=y]={\"name\":\"y\",\"i\":1}"),
                undo(changed, changed));
    }

    @Test
    void what_a_user_made_is_deleted_unless_a_user_changed_it_since() {
        long made = createdWeb(2, "v1");

        assertEquals(List.of("delete deployments/web"), undo(made, made));

        user("carol");
        web(3, "v1");
        assertEquals(
                List.of("conflict deployments/web it was changed since, by carol at revision 2"), undo(made, made));
    }

    @Test
    void what_a_user_deleted_is_made_again() {
        createdWeb(2, "v1");
        long gone = user("bob").deleted(deployment("web"), WEB.formatted("u", 2, "v1"));

        assertEquals(List.of("create deployments/web"), undo(gone, gone));
    }

    @Test
    void what_has_its_name_since_is_left_alone() {
        createdWeb(2, "v1");
        long gone = user("bob").deleted(deployment("web"), WEB.formatted("u", 2, "v1"));
        user("carol").created(deployment("web"), WEB.formatted("other", 7, "v7"));

        assertEquals(List.of("conflict deployments/web another object has this name now"), undo(gone, gone));
    }

    @Test
    void what_was_brought_back_already_needs_nothing() {
        createdWeb(2, "v1");
        long gone = user("bob").deleted(deployment("web"), WEB.formatted("u", 2, "v1"));
        user("carol").created(deployment("web"), WEB.formatted("other", 2, "v1"));

        assertEquals(List.of(), undo(gone, gone));
    }

    @Test
    void an_object_deleted_and_created_again_within_the_range_becomes_what_it_was() {
        createdWeb(2, "v1");
        long gone = user("bob").deleted(deployment("web"), WEB.formatted("u", 2, "v1"));
        long anew = user("bob").created(deployment("web"), WEB.formatted("other", 7, "v1"));

        assertEquals(List.of("update deployments/web .spec.replicas=2"), undo(gone, anew));
    }

    @Test
    void what_was_deleted_since_is_in_the_way() {
        createdWeb(2, "v1");
        user("bob");
        long bad = web(2, "v2");
        user("carol").deleted(deployment("web"), WEB.formatted("u", 2, "v2"));

        assertEquals(List.of("conflict deployments/web it was deleted since, by carol at revision 3"), undo(bad, bad));
    }

    /** A namespace as a user fills it and controllers complete it, and then deletes it. Gives the deletion's revision. */
    private long shopThatWasDeleted() {
        user("alice").created(SHOP, "{'metadata':{'name':'shop','uid':'n'}}"); // 1
        chronicle
                .by("serviceaccount-controller")
                .because(1, "alice1")
                .created(SERVICE_ACCOUNT, "{'metadata':{'uid':'s'}}");
        createdWeb(2, "v1"); // 3
        chronicle.by("replicaset-controller").because(3, "alice2");
        chronicle.created(pod("web-x"), "{'metadata':{'uid':'p','ownerReferences':[{'uid':'r','controller':true}]}}");
        user("alice").created(pod("bare"), "{'metadata':{'uid':'b'},'spec':{'nodeName':'n'}}"); // 5
        long asked = user("bob").write(SHOP, "deletion-requested", "{'metadata':{'name':'shop','uid':'n'}}"); // 6
        chronicle.by("namespace-controller").because(asked, "bob4");
        chronicle.deleted(SERVICE_ACCOUNT, "{'metadata':{'uid':'s'}}");
        chronicle.deleted(deployment("web"), WEB.formatted("u", 2, "v1"));
        chronicle.deleted(pod("web-x"), "{'metadata':{'uid':'p','ownerReferences':[{'uid':'r','controller':true}]}}");
        chronicle.deleted(pod("bare"), "{'metadata':{'uid':'b'}}");
        chronicle.deleted(SHOP, "{'metadata':{'name':'shop','uid':'n'}}");
        return asked;
    }

    @Test
    void a_namespace_comes_back_with_all_that_users_made_in_it() {
        long asked = shopThatWasDeleted();
        List<String> all = List.of(
                "create namespaces/shop",
                "create deployments/web",
                "create pods/bare",
                "1 pods: managed by the cluster, recreated by its controllers",
                "1 serviceaccounts: managed by the cluster, recreated by its controllers");

        assertEquals(all, undo(asked, asked));
        assertEquals(all, shopBackTo(asked - 1));
    }

    @Test
    void a_namespace_that_is_still_going_must_be_gone_first() {
        user("alice").created(SHOP, "{'metadata':{'name':'shop','uid':'n'}}");
        long asked = user("bob")
                .write(SHOP, "deletion-requested", "{'metadata':{'name':'shop','uid':'n','deletionTimestamp':'x'}}");

        assertEquals(
                List.of(
                        "conflict namespaces/shop it is terminating, which cannot be reverted: undo again when it is gone"),
                undo(asked, asked));
    }

    @Test
    void a_namespace_is_not_deleted_with_what_others_made_in_it_since() {
        long made = user("alice").created(SHOP, "{'metadata':{'name':'shop','uid':'n'}}");
        createdWeb(1, "v1");

        assertEquals(
                List.of(
                        "conflict namespaces/shop deployments.apps \"web\" was created in it since, by alice at revision 2"),
                undo(made, made));
        assertEquals(List.of("delete deployments/web", "delete namespaces/shop"), undo(made, made + 1));
    }

    @Test
    void what_ended_by_itself_is_no_loss() {
        createdWeb(1, "v1");
        long other = user("bob").created(pod("a"), "{'metadata':{'uid':'a'}}");
        chronicle.by("ttl-controller").because(1, "x").deleted(deployment("web"), WEB.formatted("u", 1, "v1"));

        assertEquals(List.of("delete pods/a"), undo(other, other + 1));
    }

    @Test
    void what_is_shredded_cannot_be_put_back() {
        user("alice")
                .created(
                        pod("a"),
                        "{'metadata':{'uid':'a','annotations':{'shiplog.io/shredded-at':'2026-11-22T03:00:00Z'}}}");
        long gone = user("bob").deleted(pod("a"), "{'metadata':{'uid':'a'}}");

        assertEquals(List.of("conflict pods/a its values were shredded"), undo(gone, gone));
    }

    @Test
    void what_was_before_an_unreadable_record_is_not_known() {
        createdWeb(1, "v1");
        user("bob");
        web(2, "v1");
        user("carol");
        long last = web(2, "v2");
        HoledLog holed = new HoledLog(chronicle.log(), 2);

        List<String> plan = plan(Map.of("events", holed), last, last, range -> range.commands(ChangeFilter.ALL));

        assertEquals(List.of("conflict deployments/web the state before revision 3 is no longer known"), plan);
    }

    /** Each value was looked for in each change since, from the beginning. */
    @Test
    void many_values_are_put_back_or_kept_in_time() {
        String json = "{'metadata':{'name':'web','uid':'u'},'spec':{'env':[%s]}}";
        user("alice").created(deployment("web"), json.formatted(env("good")));
        user("bob");
        long bad = chronicle.modified(deployment("web"), json.formatted(env("bad")));

        List<String> back = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> undo(bad, bad));
        assertEquals(1, back.size());
        assertTrue(back.getFirst().contains(".spec.env[name=e19999].value=\"good\""));

        user("carol");
        chronicle.modified(deployment("web"), json.formatted(env("other")));
        List<String> inTheWay = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> undo(bad, bad));
        assertEquals(20_000, inTheWay.size());
        assertTrue(inTheWay.getFirst().endsWith("by carol at revision 3"), inTheWay.getFirst());
    }

    private static String env(String value) {
        return IntStream.range(0, 20_000)
                .mapToObj(i -> "{'name':'e%d','value':'%s'}".formatted(i, value))
                .collect(Collectors.joining(","));
    }

    @Test
    void a_stretch_that_would_fill_the_memory_is_refused() {
        String large = "{'metadata':{'name':'web','uid':'u'},'spec':{'text':'%s'}}".formatted("x".repeat(1_000_000));
        user("alice").created(deployment("web"), large);
        for (int i = 0; i < 70; i++) {
            user("alice").modified(deployment("web"), large);
        }

        UndoRange.TooLongException refused = assertThrows(UndoRange.TooLongException.class, () -> undo(2, 71));
        assertEquals(
                "more than 100000 events or 64 MiB: undo a shorter range, an object or a namespace",
                refused.getMessage());
        assertThrows(UndoRange.TooLongException.class, () -> undo(2, 2));
        assertEquals(List.of(), undo(70, 71));
    }

    @Test
    void a_deleted_job_comes_back_without_its_pods_and_without_its_old_uid() {
        ObjectKey job = ObjectKey.of(new ResourceType("batch", "jobs"), "shop", "sum");
        String labels = "{'controller-uid':'j','batch.kubernetes.io/controller-uid':'j','app':'sum'}";
        user("alice").created(job, """
                {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'sum','uid':'j','labels':%1$s},
                'spec':{'selector':{'matchLabels':{'batch.kubernetes.io/controller-uid':'j'}},
                'template':{'metadata':{'labels':%1$s}}}}""".formatted(labels));
        long gone = user("mallory").deleted(job, """
                {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'sum','uid':'j','labels':%1$s},
                'spec':{'selector':{'matchLabels':{'batch.kubernetes.io/controller-uid':'j'}},
                'template':{'metadata':{'labels':%1$s}}}}""".formatted(labels));
        assertEquals(
                List.of(
                        "create jobs/sum",
                        "jobs.batch \"sum\": its pods stay dead, and it runs again from the beginning"),
                undo(gone, gone));
    }
}
