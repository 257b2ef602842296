package io.shiplog.docker.launch.node;

import io.shiplog.docker.home.NodeCount;
import io.shiplog.docker.home.ShiplogHome;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the desired number of nodes. When the number changes, the runners and the machine's network restart with the new one:
 * they take over existing containers, addresses and rules, as after a restart of the process, so pods are not affected.
 */
public final class MachineNodes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineNodes.class);
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    /** The nodes of one number. Closing them alone leaves no trace: others take over. */
    public interface Running extends AutoCloseable {
        /** Reports that the nodes shut down: the whole cluster stops. Called before they are closed for good. */
        void shutDown();

        /** Says that nodes with a higher number do not come back: closing removes what their pods left on the machine. */
        void keep(int highest);
    }

    private final ShiplogHome home;
    private final Function<NodeNumbers, Running> starter;
    private final Thread follower;
    private Running nodes;
    private int count;
    /** An impossible number: not retried until another one is requested. */
    private int refused = -1;

    private boolean closed;

    private MachineNodes(ShiplogHome home, Function<NodeNumbers, Running> starter, NodeNumbers first) {
        this.home = home;
        this.starter = starter;
        this.nodes = starter.apply(first);
        this.count = first.count();
        NodeCount.of(count).publish(home);
        this.follower = Thread.ofVirtual().name("node-count").start(this::follow);
    }

    /**
     * Starts the nodes and follows the desired number.
     *
     * @param starter starts this many nodes; throws an IllegalStateException, with a reason for the user, if the machine cannot
     * @param first at least one
     */
    public static MachineNodes start(ShiplogHome home, Function<NodeNumbers, Running> starter, NodeNumbers first) {
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

    /** Checks the desired number once. */
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
        nodes.keep(wanted);
        close(nodes);
        try {
            nodes = starter.apply(NodeNumbers.firstOnes(wanted));
            count = wanted;
            refused = -1;
            NodeCount.of(count).publish(home);
        } catch (RuntimeException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            LOG.warn("{} nodes are not possible, continuing with {}: {}", wanted, count, why);
            refused = wanted;
            nodes = starter.apply(NodeNumbers.firstOnes(count));
            new NodeCount(count, why).publish(home);
        }
    }

    private static void close(AutoCloseable nodes) {
        try {
            nodes.close();
        } catch (Exception e) {
            LOG.warn("a node failed to stop: {}", e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        follower.interrupt();
        synchronized (this) {
            nodes.shutDown();
            close(nodes);
            closed = true;
        }
        Files.deleteIfExists(home.runningNodesFile());
    }
}
