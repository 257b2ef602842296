package io.shiplog.docker.launch;

import io.shiplog.docker.home.NodeCount;
import io.shiplog.docker.home.ShiplogHome;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As many nodes as the home asks for. When the number changes, the runners and the machine's network start again with the new one: they
 * take over the containers, addresses and rules that are there, as after a restart of the process, so pods notice nothing.
 */
final class MachineNodes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineNodes.class);
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    private final ShiplogHome home;
    private final Function<NodeNumbers, AutoCloseable> starter;
    private final Thread follower;
    private AutoCloseable nodes;
    private int count;
    /** What was wanted and cannot be: not tried again until something else is wanted. */
    private int refused = -1;

    private boolean closed;

    private MachineNodes(ShiplogHome home, Function<NodeNumbers, AutoCloseable> starter, NodeNumbers first) {
        this.home = home;
        this.starter = starter;
        this.nodes = starter.apply(first);
        this.count = first.count();
        NodeCount.of(count).publish(home);
        this.follower = Thread.ofVirtual().name("node-count").start(this::follow);
    }

    /**
     * Starts the nodes and follows the number that the home asks for.
     *
     * @param starter starts so many nodes; throws an IllegalStateException, with a reason for the user, if the machine cannot have them
     * @param first at least one
     */
    static MachineNodes start(ShiplogHome home, Function<NodeNumbers, AutoCloseable> starter, NodeNumbers first) {
        return new MachineNodes(home, starter, first);
    }

    private void follow() {
        try {
            while (true) {
                Thread.sleep(LOOKS_EVERY);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once at what is wanted. */
    synchronized void look() {
        try {
            int wanted = NodeCount.wanted(home);
            if (!closed && wanted != count && wanted != refused && wanted > 0) {
                resize(wanted);
            }
        } catch (IllegalStateException e) {
            LOG.warn("the number of nodes stays {}: {}", count, e.getMessage());
        }
    }

    private void resize(int wanted) {
        LOG.info("{} nodes instead of {}", wanted, count);
        close(nodes);
        try {
            nodes = starter.apply(NodeNumbers.firstOnes(wanted));
            count = wanted;
            refused = -1;
            NodeCount.of(count).publish(home);
        } catch (RuntimeException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            LOG.warn("{} nodes cannot be had, going on with {}: {}", wanted, count, why);
            refused = wanted;
            nodes = starter.apply(NodeNumbers.firstOnes(count));
            new NodeCount(count, why).publish(home);
        }
    }

    private static void close(AutoCloseable nodes) {
        try {
            nodes.close();
        } catch (Exception e) {
            LOG.warn("a node did not stop as it should: {}", e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        follower.interrupt();
        synchronized (this) {
            close(nodes);
            closed = true;
        }
        Files.deleteIfExists(home.runningNodesFile());
    }
}
