package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.object.Actor;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets a place, and who a connection. */
class PlacesTest {
    private static final Actor ADMIN = new Actor("kubernetes-admin", List.of("system:masters"));
    private static final Actor MALLORY = new Actor("mallory", List.of());
    private static final Actor ALICE = new Actor("alice", List.of());

    @Test
    void oneUserTakesAShareAndOthersGetIn() {
        Places places = new Places(100, 8);

        long taken = IntStream.range(0, 1_000)
                .filter(i -> places.enter(MALLORY, false, 1))
                .count();

        assertEquals(25, taken);
        assertTrue(places.enter(ALICE, false, 1));
        assertTrue(places.enter(MALLORY, true, 1), "watches are counted apart");
        places.leave(MALLORY, false, 1);
        assertTrue(places.enter(MALLORY, false, 1));
    }

    /** A user that may create a ServiceAccount may create a thousand. */
    @Test
    void theAccountsOfANamespaceShareOneUsersPlaces() {
        Places places = new Places(100, 8);

        long taken = IntStream.range(0, 1_000)
                .filter(i -> places.enter(new Actor("system:serviceaccount:shop:a" + i, List.of()), false, 1))
                .count();

        assertEquals(25, taken);
        assertTrue(places.enter(new Actor("system:serviceaccount:bank:a", List.of()), false, 1));
        assertTrue(places.enter(ALICE, false, 1));
    }

    @Test
    void mastersAlwaysGetInAndTakeNothing() {
        Places places = new Places(4, 4);
        IntStream.range(0, 4).forEach(i -> places.enter(new Actor("user-" + i, List.of()), false, 1));

        assertFalse(places.enter(ALICE, false, 1), "all places are taken");
        assertTrue(places.enter(ADMIN, false, 1));
        places.leave(ADMIN, false, 1);
        assertEquals(4, places.taken());
    }

    @Test
    void allPlacesAreFreeWhenAllHaveLeft() {
        Places places = new Places(40, 4);
        IntStream.range(0, 10).forEach(i -> places.enter(MALLORY, false, 1));
        IntStream.range(0, 10).forEach(i -> places.leave(MALLORY, false, 1));

        assertEquals(0, places.taken());
        assertEquals(
                10,
                IntStream.range(0, 40)
                        .filter(i -> places.enter(MALLORY, false, 1))
                        .count());
    }

    @Test
    void aWideRequestCountsForManyButEveryUserGetsOneIn() {
        Places places = new Places(100, 8);

        assertEquals(
                3,
                IntStream.range(0, 10)
                        .filter(i -> places.enter(MALLORY, false, 8))
                        .count());
        assertEquals(24, places.taken());
        IntStream.range(0, 3).forEach(i -> places.leave(MALLORY, false, 8));
        assertEquals(0, places.taken());

        assertTrue(places.enter(ALICE, true, 64), "wider than a user's share");
        assertFalse(places.enter(ALICE, true, 64));
        places.leave(ALICE, true, 64);
        assertEquals(0, places.taken());
    }

    @Test
    void oneAddressTakesAShareOfTheConnections() throws Exception {
        AcceptLimit limit = new AcceptLimit(100);
        InetAddress one = InetAddress.getByName("192.0.2.1");
        InetAddress other = InetAddress.getByName("192.0.2.2");

        assertEquals(75, IntStream.range(0, 1_000).filter(i -> limit.enter(one)).count());
        assertEquals(
                25, IntStream.range(0, 1_000).filter(i -> limit.enter(other)).count());
        limit.leave(one);
        assertTrue(limit.enter(other));
    }

    @ParameterizedTest
    @CsvSource({"900, 300", "1024, 424", "4096, 2048", "1048576, 16384", "100, 64"})
    void theBrokerKeepsItsDescriptors(long descriptors, int connections) {
        assertEquals(connections, AcceptLimit.connections(descriptors));
    }
}
