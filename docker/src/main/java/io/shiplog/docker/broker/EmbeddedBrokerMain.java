package io.shiplog.docker.broker;

import io.shiplog.docker.pki.KafkaPki;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The embedded broker as a separate process, for use apart from the rest and for tests that kill it.
 *
 * <p>Arguments: directory, directory of its keys, host, port, controller port. Prints {@code READY host:port} when it accepts
 * requests; stops cleanly on SIGTERM.
 */
public final class EmbeddedBrokerMain {
    private static final int ARGUMENTS = 5;

    private EmbeddedBrokerMain() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != ARGUMENTS) {
            System.err.println("usage: EmbeddedBrokerMain DIRECTORY KEYS HOST PORT CONTROLLER-PORT");
            System.exit(2);
        }
        EmbeddedBrokerConfig config = new EmbeddedBrokerConfig(
                Path.of(args[0]),
                KafkaPki.open(Path.of(args[1])),
                args[2],
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]),
                EmbeddedBrokerConfig.DEFAULT_RESERVE_BYTES,
                EmbeddedBrokerConfig.DEFAULT_IDLE);
        EmbeddedBroker broker = EmbeddedBroker.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-shutdown"));
        System.out.println("READY " + broker.bootstrap());
        new CountDownLatch(1).await();
    }
}
