package io.shiplog.events.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.LogCopy.BrokenChainException;
import io.shiplog.events.log.memory.InMemoryEventLog;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChainWalkTest {
    private List<Event> events = List.of();

    @BeforeEach
    void threeEvents() throws Exception {
        InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC());
        events = Drafts.append(log.claim("", Duration.ofSeconds(1)), 3);
    }

    private String refused(ChainWalk walk, Event event) {
        return String.valueOf(
                assertThrows(BrokenChainException.class, () -> walk.to(event)).getMessage());
    }

    @Test
    void itGoesFromTheFirstToTheLast() {
        ChainWalk walk = ChainWalk.behind("events", 0, 0, Chain.START);

        events.forEach(walk::to);

        assertEquals(3, walk.revision());
        assertEquals(events.getLast().chain(), walk.chain());
    }

    @Test
    void itMayBeginSomewhereAndThenProvesEachLink() {
        ChainWalk walk = ChainWalk.anywhere("events");

        walk.to(events.get(1));

        assertTrue(refused(walk, events.get(1)).contains("does not follow revision 2"));
        walk.to(events.get(2));
        assertEquals(3, walk.revision());
    }

    @Test
    void theFirstEventOfAllIsProvenWhereverTheWalkBegins() {
        Event forged = events.getFirst().draft().inLog("events", 1, "f".repeat(64));

        assertTrue(refused(ChainWalk.anywhere("events"), forged).contains("does not fit its link"));
    }

    @Test
    void anEventOfAnOlderEpochIsRefused() {
        ChainWalk walk = ChainWalk.behind("events", 1, 2, events.getFirst().chain());

        assertTrue(refused(walk, events.get(1)).contains("its epoch 1 is older than 2"));
    }
}
