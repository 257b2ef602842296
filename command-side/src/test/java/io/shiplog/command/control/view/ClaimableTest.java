package io.shiplog.command.control.view;

import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.REPLICA_SETS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClaimableTest {
    private static final ObjectKey WEB = ObjectKey.of(REPLICA_SETS, "shop", "web");
    private static final LabelSelector APP_WEB = new LabelSelector(Map.of("app", "web"), List.of());

    private final FakeCluster cluster = new FakeCluster();

    static IntStream seeds() {
        return new Random().ints(5);
    }

    private StoredObject set() {
        cluster.given(REPLICA_SETS, """
                {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web","namespace":"shop"},
                "spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        cluster.deliverAll();
        return Objects.requireNonNull(cluster.image().get(WEB));
    }

    private void pod(String namespace, String name, String labels, String owners) {
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"%s","labels":%s,"ownerReferences":%s},
                "spec":{"containers":[{"name":"c","image":"i"}]}}""".formatted(name, namespace, labels, owners));
    }

    private static String owner(String uid, boolean controller) {
        return "[{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"web\",\"uid\":\"%s\",\"controller\":%s}]"
                .formatted(uid, controller);
    }

    private static List<String> names(Collection<StoredObject> objects) {
        return objects.stream().map(each -> each.key().name()).toList();
    }

    /** Given random pods / when a set asks for those that it may claim / then they are those that a search of its namespace finds. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithASearch(int seed) {
        Random random = new Random(seed);
        StoredObject set = set();
        List<String> owners = List.of(
                "[]", owner(set.uid(), true), owner(set.uid(), false), owner("other", true), owner("other", false));
        List<String> labels =
                List.of("{}", "{\"app\":\"web\"}", "{\"app\":\"db\"}", "{\"app\":\"web\",\"tier\":\"a\"}");
        for (int i = 0; i < 100; i++) {
            pod(
                    random.nextInt(4) == 0 ? "other" : "shop",
                    "p" + i,
                    labels.get(random.nextInt(labels.size())),
                    owners.get(random.nextInt(owners.size())));
        }
        cluster.deliverAll();
        for (LabelSelector selector : List.of(
                APP_WEB,
                new LabelSelector(Map.of("app", "web", "tier", "a"), List.of()),
                new LabelSelector(Map.of(), List.of(new LabelSelector.Requirement("app", "In", Set.of("db")))),
                new LabelSelector(Map.of(), List.of(new LabelSelector.Requirement("app", "In", Set.of("db", "web")))),
                new LabelSelector(Map.of(), List.of(new LabelSelector.Requirement("tier", "DoesNotExist", Set.of()))),
                new LabelSelector(Map.of(), List.of()))) {
            assertEquals(
                    searched(cluster.image(), set, selector),
                    names(Claimable.by(cluster.image(), PODS, set, selector)),
                    selector.toString());
        }
    }

    private static List<String> searched(Image image, StoredObject set, LabelSelector selector) {
        return image.list(PODS, "shop").stream()
                .filter(pod -> pod.ownerUids().contains(set.uid())
                        || PodView.of(pod).controller() == null
                                && !selector.isEmpty()
                                && selector.matches(pod.labels()))
                .map(each -> each.key().name())
                .toList();
    }

    /** Given a namespace full of others' pods / when a set asks / then the indexes hold none of them: the set reads its own. */
    @Test
    void podsOfOthersCostNothing() {
        StoredObject set = set();
        for (int i = 0; i < 300; i++) {
            pod("shop", "other-" + i, "{\"app\":\"web\"}", owner("uid-of-another", true));
            pod("shop", "bare-" + i, "{\"app\":\"db\"}", "[]");
        }
        pod("shop", "own", "{\"app\":\"web\"}", owner(set.uid(), true));
        pod("shop", "orphan", "{\"app\":\"web\"}", "[]");
        cluster.deliverAll();
        Image image = cluster.image();

        assertEquals(301, image.count(Indexes.orphans(PODS), Indexes.orphan("shop")));
        assertEquals(1, image.count(Indexes.orphans(PODS), Indexes.orphan("shop", "app", "web")));
        assertEquals(List.of("orphan", "own"), names(Claimable.by(image, PODS, set, APP_WEB)));
    }

    /** Given an orphan / when it gets a controller, or loses it / then the index follows. */
    @Test
    void anAdoptedPodIsNoOrphan() {
        StoredObject set = set();
        pod("shop", "p", "{\"app\":\"web\"}", "[]");
        ObjectKey key = ObjectKey.of(PODS, "shop", "p");
        cluster.change(key, "", "{\"metadata\":{\"ownerReferences\":%s}}".formatted(owner(set.uid(), true)));
        cluster.deliverAll();
        assertEquals(0, cluster.image().count(Indexes.orphans(PODS), Indexes.orphan("shop", "app", "web")));

        cluster.change(key, "", "{\"metadata\":{\"ownerReferences\":null}}");
        cluster.deliverAll();

        assertEquals(1, cluster.image().count(Indexes.orphans(PODS), Indexes.orphan("shop", "app", "web")));
    }
}
