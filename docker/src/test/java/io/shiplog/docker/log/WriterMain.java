package io.shiplog.docker.log;

import io.shiplog.docker.broker.TestKeys;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * A writer in a process of its own: claims, then appends without end, several at once. Prints {@code CLAIMED epoch}, {@code ACK
 * revision name} for each answered append, {@code END millis revision} for each answered question for the end that was asked at
 * that time, and at last {@code DEAD why}.
 *
 * <p>Arguments: bootstrap, the folder of the broker's keys, cluster, a name for its objects.
 */
final class WriterMain {
    private static final int AT_ONCE = 64;

    private WriterMain() {}

    public static void main(String[] args) throws Exception {
        KafkaLogConfig config =
                KafkaLogConfig.singleBroker(TestKeys.access(args[0], args[1]), args[2], Optional::empty);
        PrintStream out = System.out;
        try (KafkaCluster cluster = KafkaCluster.connect(config, Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            LogWriter writer = log.claim(args[3], Duration.ofSeconds(30));
            out.println("CLAIMED " + writer.epoch());
            Thread.ofPlatform().daemon().start(() -> askForTheEnd(log, out));
            Throwable death = append(writer, args[3], out);
            out.println("DEAD " + death);
            Thread.sleep(Duration.ofSeconds(1)); // some more questions for the end, of a writer that knows it is stale
        }
    }

    private static Throwable append(LogWriter writer, String name, PrintStream out) throws InterruptedException {
        Semaphore room = new Semaphore(AT_ONCE);
        Throwable[] death = new Throwable[1];
        for (int i = 1; writer.alive(); i++) {
            String object = name + "-" + i;
            room.acquire();
            var unused = writer.append(Drafts.configMap(writer.lastRevision() + 1, object))
                    .whenComplete((event, failure) -> {
                        if (failure == null) {
                            out.println("ACK " + event.revision() + " " + object);
                        } else {
                            death[0] = failure;
                        }
                        room.release();
                    });
        }
        room.acquire(AT_ONCE);
        return death[0] == null ? new IllegalStateException("nothing was underway") : death[0];
    }

    private static void askForTheEnd(EventLog log, PrintStream out) {
        while (true) {
            long asked = System.currentTimeMillis();
            try {
                out.println(
                        "END " + asked + " " + log.end().toCompletableFuture().get());
                Thread.sleep(2);
            } catch (Exception e) {
                out.println("NO-END " + e);
                return;
            }
        }
    }
}
