package io.shiplog.docker.launch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.home.NodeCount;
import io.shiplog.docker.home.ShiplogHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running cluster has as many nodes as its home asks for. */
class MachineNodesTest {
    /** This machine cannot have more nodes than that. */
    private static final int ROOM = 3;

    @TempDir
    private Path folder;

    private final List<String> happened = new ArrayList<>();

    private ShiplogHome home() {
        return new ShiplogHome(folder);
    }

    private MachineNodes.Running nodes(NodeNumbers numbers) {
        if (numbers.count() > ROOM) {
            throw new IllegalStateException("10.244.4.0/24 is taken");
        }
        happened.add("start " + numbers.count());
        return new MachineNodes.Running() {
            @Override
            public void shutDown() {
                happened.add("shut down " + numbers.count());
            }

            @Override
            public void keep(int highest) {
                happened.add("keep " + highest);
            }

            @Override
            public void close() {
                happened.add("stop " + numbers.count());
            }
        };
    }

    private MachineNodes started(int count) {
        NodeCount.want(home(), count);
        return MachineNodes.start(home(), this::nodes, NodeNumbers.firstOnes(count));
    }

    /** A change of the number is no shutdown: its pods keep running, and stay ready. */
    @Test
    void onlyTheLastStopIsReported() throws IOException {
        try (MachineNodes nodes = started(2)) {
            NodeCount.want(home(), 3);
            nodes.look();
        }

        assertEquals(List.of("start 2", "keep 3", "stop 2", "start 3", "shut down 3", "stop 3"), happened);
    }

    @Test
    void aNumberThatChangesIsFollowedOnce() throws IOException {
        try (MachineNodes nodes = started(2)) {
            NodeCount.want(home(), 3);
            nodes.look();
            nodes.look();

            assertEquals(List.of("start 2", "keep 3", "stop 2", "start 3"), happened);
            assertEquals(Optional.of(NodeCount.of(3)), NodeCount.running(home()));
        }
    }

    @Test
    void whatTheMachineCannotHaveIsSaidAndTheNodesThatThereWereGoOn() throws IOException {
        try (MachineNodes nodes = started(2)) {
            NodeCount.want(home(), 4);
            nodes.look();
            nodes.look();

            assertEquals(List.of("start 2", "keep 4", "stop 2", "start 2"), happened);
            assertEquals(Optional.of(new NodeCount(2, "10.244.4.0/24 is taken")), NodeCount.running(home()));

            NodeCount.want(home(), 3);
            nodes.look();

            assertEquals(Optional.of(NodeCount.of(3)), NodeCount.running(home()));
        }
    }

    @Test
    void aDamagedNumberChangesNothing() throws IOException {
        try (MachineNodes nodes = started(2)) {
            Files.writeString(folder.resolve("nodes.wanted"), "two\n");
            nodes.look();

            assertEquals(List.of("start 2"), happened);
            assertThrows(IllegalStateException.class, () -> NodeCount.wanted(home()));
        }
    }

    @Test
    void oneThatStoppedHasNoNodesAndKeepsWhatIsWanted() throws IOException {
        MachineNodes nodes = started(2);

        nodes.close();
        NodeCount.want(home(), 3);
        nodes.look();

        assertEquals(List.of("start 2", "shut down 2", "stop 2"), happened);
        assertFalse(NodeCount.running(home()).isPresent());
        assertEquals(3, NodeCount.wanted(home()));
    }
}
