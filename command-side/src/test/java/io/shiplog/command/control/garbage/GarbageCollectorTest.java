package io.shiplog.command.control.garbage;

import static io.shiplog.command.control.view.Types.CONFIG_MAPS;
import static io.shiplog.command.control.view.Types.LEASES;
import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.REPLICA_SETS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.control.CountingController;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.FakeNodes;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.objectevent.ObjectEventRecorder;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GarbageCollectorTest {
    private static final ObjectKey SET = ObjectKey.of(REPLICA_SETS, "shop", "set");
    private static final ObjectKey MAP = ObjectKey.of(CONFIG_MAPS, "shop", "map");

    private final FakeCluster cluster = new FakeCluster();
    private final CountingController collector = new CountingController(new GarbageCollector());

    @BeforeEach
    void theCollectorRuns() {
        FakeNodes.in(cluster);
        cluster.run(collector);
    }

    private StoredObject givenSet(String name) {
        return cluster.given(
                REPLICA_SETS,
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"shop\"}}"
                        .formatted(name));
    }

    private static String owner(String name, String uid, boolean blocks) {
        return "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"%s\",\"uid\":\"%s\",\"blockOwnerDeletion\":%s}"
                .formatted(name, uid, blocks);
    }

    private ObjectKey givenMap(String name, String... owners) {
        cluster.given(CONFIG_MAPS, """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","namespace":"shop","ownerReferences":[%s]}}""".formatted(name, String.join(",", owners)));
        return ObjectKey.of(CONFIG_MAPS, "shop", name);
    }

    @Test
    void dependentsGoWithTheirOwner() {
        StoredObject set = givenSet("set");
        givenMap("map", owner("set", set.uid(), true));
        cluster.settle();
        assertNotNull(cluster.tree(MAP));
        cluster.delete(SET, Propagation.BACKGROUND);
        cluster.settle();
        assertNull(cluster.tree(MAP));
    }

    @Test
    void anOwnerOfTheSameNameButAnotherUidIsNone() {
        givenSet("set");
        givenMap("map", owner("set", "of-another-time", true));
        cluster.settle();
        assertNull(cluster.tree(MAP));
    }

    @Test
    void oneOwnerIsEnoughToStay() {
        StoredObject set = givenSet("set");
        givenMap("map", owner("set", set.uid(), true), owner("gone", "gone", true));
        cluster.settle();
        assertEquals(
                1,
                Objects.requireNonNull(cluster.tree(MAP))
                        .at("/metadata/ownerReferences")
                        .size());
    }

    @Test
    void anOwnerOfAnUnknownKindIsNotConsideredGone() {
        givenMap("map", "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"name\":\"t\",\"uid\":\"u\"}");
        cluster.pass(Duration.ofHours(1));
        assertNotNull(cluster.tree(MAP));
    }

    @Test
    void inTheForegroundTheOwnerGoesLast() {
        StoredObject set = givenSet("set");
        givenMap("map", owner("set", set.uid(), true));
        ObjectKey held = givenMap("held", owner("set", set.uid(), true));
        cluster.change(held, "", "{\"metadata\":{\"finalizers\":[\"a/b\"]}}");
        cluster.settle();
        cluster.delete(SET, Propagation.FOREGROUND);
        cluster.settle();
        assertNull(cluster.tree(MAP));
        assertTrue(Objects.requireNonNull(cluster.tree(held)).at("/metadata").has("deletionTimestamp"));
        assertNotNull(cluster.tree(SET));
        cluster.change(held, "", "{\"metadata\":{\"finalizers\":null}}");
        cluster.settle();
        assertNull(cluster.tree(SET));
    }

    /** Each of the two owns the other and would wait for its end. */
    @Test
    void aCircleOfOwnersIsCollectedInTheForeground() {
        StoredObject set = givenSet("set");
        StoredObject other = givenSet("other");
        cluster.change(SET, "", ownedBy("other", other.uid()));
        ObjectKey otherKey = ObjectKey.of(REPLICA_SETS, "shop", "other");
        cluster.change(otherKey, "", ownedBy("set", set.uid()));
        cluster.settle();
        cluster.delete(SET, Propagation.FOREGROUND);
        cluster.settle();
        assertNull(cluster.tree(SET));
        assertNull(cluster.tree(otherKey));
    }

    /** Circles and other webs of owners: whatever one foreground deletion begins, ends. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aForegroundDeletionEndsInEveryWebOfOwners(long seed) {
        Random random = new Random(seed);
        int size = 2 + random.nextInt(6);
        List<ObjectKey> keys = new ArrayList<>();
        List<String> uids = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            uids.add(givenSet("s" + i).uid());
            keys.add(ObjectKey.of(REPLICA_SETS, "shop", "s" + i));
        }
        for (int i = 0; i < size; i++) {
            Set<Integer> owners = new TreeSet<>(Set.of((i + 1) % size));
            owners.addAll(random.nextBoolean() ? Set.of() : Set.of(random.nextInt(size)));
            String references = owners.stream()
                    .map(each -> owner("s" + each, uids.get(each), random.nextInt(4) > 0))
                    .collect(Collectors.joining(","));
            cluster.change(keys.get(i), "", "{\"metadata\":{\"ownerReferences\":[" + references + "]}}");
        }
        cluster.settle();
        cluster.delete(keys.getFirst(), Propagation.FOREGROUND);
        cluster.pass(Duration.ofMinutes(5));
        assertEquals(
                List.of(),
                cluster.trees(REPLICA_SETS).stream()
                        .filter(set -> set.path("metadata").has("deletionTimestamp"))
                        .toList(),
                "seed " + seed);
        assertNull(cluster.tree(keys.getFirst()));
    }

    static Stream<Long> seeds() {
        long first = Long.getLong("simulation.seed", System.nanoTime());
        return Stream.iterate(first, seed -> seed + 1).limit(Integer.getInteger("simulation.runs", 50));
    }

    private static String ownedBy(String name, String uid) {
        return "{\"metadata\":{\"ownerReferences\":[%s]}}".formatted(owner(name, uid, true));
    }

    /** The uid of an object is no secret: who knows it can name it as an owner, beside one that is not considered gone. */
    @Test
    void aDependentInAnotherNamespaceHoldsNoDeletionUp() {
        StoredObject set = cluster.given(
                REPLICA_SETS,
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"metadata\":{\"name\":\"set\",\"namespace\":\"bank\"}}");
        givenMap(
                "map",
                "{\"apiVersion\":\"foo.io/v1\",\"kind\":\"Foo\",\"name\":\"f\",\"uid\":\"f\"}",
                owner("set", set.uid(), true));
        cluster.settle();

        cluster.delete(ObjectKey.of(REPLICA_SETS, "bank", "set"), Propagation.FOREGROUND);
        cluster.settle();

        assertNull(cluster.tree(ObjectKey.of(REPLICA_SETS, "bank", "set")));
    }

    @Test
    void anOwnerInAnotherNamespaceIsInvalidAndReported() {
        StoredObject set = cluster.given(
                REPLICA_SETS,
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"metadata\":{\"name\":\"set\",\"namespace\":\"bank\"}}");
        givenMap("map", owner("set", set.uid(), true));
        cluster.settle();
        assertNull(cluster.tree(MAP));
        assertEquals(
                List.of(
                        "ownerRef [apps/v1/ReplicaSet, namespace: shop, name: set, uid: %s] does not exist in namespace \"shop\""
                                .formatted(set.uid())),
                cluster.eventMessages("OwnerRefInvalidNamespace"));
    }

    /** Each plan of the owner reads its dependents: one per dependent would be quadratic. */
    @Test
    void anOwnerInForegroundDeletionIsNotPlannedForEachDependent() {
        StoredObject set = givenSet("set");
        List<ObjectKey> free = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            free.add(givenMap("free-" + i, owner("set", set.uid(), false)));
        }
        ObjectKey held = givenMap("held", owner("set", set.uid(), true));
        free.forEach(each -> cluster.change(each, "", "{\"metadata\":{\"finalizers\":[\"a/b\"]}}"));
        cluster.change(held, "", "{\"metadata\":{\"finalizers\":[\"a/b\"]}}");
        cluster.settle();
        cluster.delete(SET, Propagation.FOREGROUND);
        cluster.settle();
        int before = collector.plans(SET);

        for (ObjectKey each : free) {
            cluster.change(each, "", "{\"metadata\":{\"finalizers\":null}}");
            cluster.settle();
        }

        assertEquals(before, collector.plans(SET));
        assertNotNull(cluster.tree(SET));
        cluster.change(held, "", "{\"metadata\":{\"finalizers\":null}}");
        cluster.settle();
        assertNull(cluster.tree(SET));
    }

    @Test
    void theDependentsOfAnOwnerAreNotReadAgainForEachThatGoes() {
        // Given an owner with many dependents, of which the last fifty block it
        StoredObject set = givenSet("set");
        for (int i = 100; i < 300; i++) {
            givenMap("m-" + i, owner("set", set.uid(), i >= 250));
        }
        cluster.deliverAll();
        List<StoredObject> left = new ArrayList<>(cluster.image().by(Indexes.OWNER, set.uid()));
        Blockers blockers = new Blockers();
        AtomicInteger reads = new AtomicInteger();
        Predicate<StoredObject> blocks = each -> {
            reads.incrementAndGet();
            return each.key().name().compareTo("m-250") >= 0;
        };

        // When those that block go one by one
        for (StoredObject blocker = blockers.of(SET, left, blocks);
                blocker != null;
                blocker = blockers.of(SET, left, blocks)) {
            assertTrue(left.remove(blocker));
        }

        // Then each of the others is read twice: before the first that blocks was found, and to know that none is left
        assertEquals(150, left.size());
        assertEquals(150 + 50 + 150, reads.get());
    }

    @Test
    void aDependentThatBlocksBeforeThePlaceWhereTheSearchResumesIsFound() {
        // Given a search that found the last dependent
        StoredObject set = givenSet("set");
        givenMap("a", owner("set", set.uid(), true));
        givenMap("b", owner("set", set.uid(), true));
        cluster.deliverAll();
        List<StoredObject> both = cluster.image().by(Indexes.OWNER, set.uid());
        Blockers blockers = new Blockers();
        assertEquals(both.get(1), blockers.of(SET, both, both.get(1)::equals));

        // When only the first one blocks
        // Then it is found, and none only where none is
        assertEquals(both.get(0), blockers.of(SET, both, both.get(0)::equals));
        assertNull(blockers.of(SET, both, each -> false));
        assertNull(blockers.of(SET, List.of(), each -> true));
    }

    @Test
    void anOwnerIsDeletedOnceItsDependentNoLongerBlocksIt() {
        StoredObject set = givenSet("set");
        ObjectKey held = givenMap("held", owner("set", set.uid(), true));
        cluster.change(held, "", "{\"metadata\":{\"finalizers\":[\"a/b\"]}}");
        cluster.settle();
        cluster.delete(SET, Propagation.FOREGROUND);
        cluster.settle();
        assertNotNull(cluster.tree(SET));

        cluster.change(held, "", "{\"metadata\":{\"ownerReferences\":[%s]}}".formatted(owner("set", set.uid(), false)));
        cluster.settle();

        assertNull(cluster.tree(SET));
    }

    @Test
    void moreOrphansThanOnePlanTakesStay() {
        StoredObject set = givenSet("set");
        for (int i = 0; i <= GarbageCollector.MAX_STEPS; i++) {
            givenMap("map-" + i, owner("set", set.uid(), true));
        }
        cluster.settle();
        cluster.delete(SET, Propagation.ORPHAN);
        cluster.settle();
        assertNull(cluster.tree(SET));
        assertEquals(GarbageCollector.MAX_STEPS + 1, cluster.trees(CONFIG_MAPS).size());
    }

    /** 20,000 pods of a deleted ReplicaSet do not each read all ReplicaSets. */
    @Test
    void theObjectsOfATypeAreReadOncePerMissingOwner() {
        StoredObject set = givenSet("set");
        cluster.deliverAll();
        AtomicInteger reads = new AtomicInteger();
        ForeignOwners owners = new ForeignOwners();
        Function<ResourceType, Collection<StoredObject>> objects = type -> {
            reads.incrementAndGet();
            return cluster.image().list(type);
        };
        OwnerRef gone = OwnerRef.controlledBy("apps/v1", "ReplicaSet", "gone", "gone");
        OwnerRef other = OwnerRef.controlledBy("apps/v1", "ReplicaSet", "other", "other");
        KindCatalogue kinds = cluster.image().kinds();

        for (int i = 0; i < 1_000; i++) {
            assertNull(owners.among(List.of(gone, other), kinds, objects));
        }
        assertEquals(1, reads.get());
        OwnerRef elsewhere = OwnerRef.controlledBy("apps/v1", "ReplicaSet", "set", set.uid());
        assertEquals(elsewhere, owners.among(List.of(gone, elsewhere), kinds, objects));
        assertEquals(2, reads.get());
    }

    @Test
    void dependentsThatDoNotBlockAreNotWaitedForButGo() {
        StoredObject set = givenSet("set");
        ObjectKey held = givenMap("held", owner("set", set.uid(), false));
        cluster.change(held, "", "{\"metadata\":{\"finalizers\":[\"a/b\"]}}");
        cluster.settle();
        cluster.delete(SET, Propagation.FOREGROUND);
        cluster.settle();
        assertNull(cluster.tree(SET));
        assertTrue(Objects.requireNonNull(cluster.tree(held)).at("/metadata").has("deletionTimestamp"));
    }

    @Test
    void orphansStayWithoutTheirOwner() {
        StoredObject set = givenSet("set");
        givenMap("map", owner("set", set.uid(), true));
        cluster.settle();
        cluster.delete(SET, Propagation.ORPHAN);
        cluster.settle();
        assertNull(cluster.tree(SET));
        assertTrue(Objects.requireNonNull(cluster.tree(MAP))
                .at("/metadata/ownerReferences")
                .isEmpty());
    }

    @Test
    void anOwnerInAnotherShardMayBeSeenLater() {
        cluster.given(LEASES, """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"n1","namespace":"kube-node-lease",
                "ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"not-yet-seen"}]}}""");
        cluster.settle();
        assertEquals(1, cluster.trees(LEASES).size());
        cluster.pass(Duration.ofSeconds(31));
        assertEquals(0, cluster.trees(LEASES).size());
    }

    @Test
    void changesFromBeforeItsStartAreCollected() {
        FakeCluster later = new FakeCluster();
        later.given(CONFIG_MAPS, """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"map","namespace":"shop","ownerReferences":[%s]}}""".formatted(owner("set", "gone", true)));
        later.deliverAll();
        later.run(new GarbageCollector());
        later.settle();
        assertNull(later.tree(MAP));
    }

    @Test
    void podsOfAVanishedNodeAreCollectedAfterAWhile() {
        cluster.run(new PodGarbageCollector());
        cluster.given(PODS, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"},"spec":{"nodeName":"gone"}}""");
        cluster.pass(Duration.ofSeconds(39));
        assertEquals(1, cluster.trees(PODS).size());
        cluster.pass(Duration.ofSeconds(41));
        assertEquals(0, cluster.trees(PODS).size());
    }

    @Test
    void anEventExpiresAnHourAfterItsLastChange() {
        cluster.run(new EventTtlController(Duration.ofHours(1)));
        cluster.given(
                ObjectEventRecorder.EVENTS,
                "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"e\",\"namespace\":\"shop\"}}");
        cluster.pass(Duration.ofMinutes(30));
        cluster.change(ObjectKey.of(ObjectEventRecorder.EVENTS, "shop", "e"), "", "{\"count\":2}");
        cluster.pass(Duration.ofMinutes(59));
        assertEquals(
                List.of(2),
                cluster.trees(ObjectEventRecorder.EVENTS).stream()
                        .map(event -> event.path("count").asInt())
                        .toList());
        cluster.pass(Duration.ofMinutes(3));
        assertEquals(0, cluster.trees(ObjectEventRecorder.EVENTS).size());
    }

    @Test
    void aShortTtlOfEventsIsKept() {
        cluster.run(new EventTtlController(Duration.ofSeconds(5)));
        cluster.given(
                ObjectEventRecorder.EVENTS,
                "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"e\",\"namespace\":\"shop\"}}");
        cluster.pass(Duration.ofSeconds(4));
        assertEquals(1, cluster.trees(ObjectEventRecorder.EVENTS).size());
        cluster.pass(Duration.ofSeconds(7));
        assertEquals(0, cluster.trees(ObjectEventRecorder.EVENTS).size());
    }
}
