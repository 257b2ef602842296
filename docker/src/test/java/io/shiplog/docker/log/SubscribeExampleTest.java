package io.shiplog.docker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.process.ChildProcess;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page docs/subscribe.md is true. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class SubscribeExampleTest {
    private static final Duration CLAIM_LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void thePageShowsTheProgramThatIsRunHere() throws Exception {
        String source = Files.readString(Path.of("src/test/java/io/shiplog/docker/log/SubscribeExample.java"));
        String shown = source.substring(
                        source.indexOf("// begin\n") + "// begin\n".length(), source.indexOf("    // end"))
                .replaceAll("(?m)^    ", "");

        String page = Files.readString(Path.of("../docs/subscribe.md"));

        assertTrue(page.contains("```java\n" + shown + "```"), "docs/subscribe.md must show exactly:\n" + shown);
    }

    @Test
    void theProgramPrintsEveryEventThatCounts() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory));
                KafkaCluster cluster = KafkaCluster.connect(
                        KafkaLogConfig.singleBroker(broker.bootstrap(), "shop", Optional::empty), Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            Drafts.append(log.claim("", CLAIM_LIMIT), 2);
            Drafts.append(log.claim("", CLAIM_LIMIT), 1);
            try (ChildProcess program =
                    ChildProcess.start(SubscribeExample.class, List.of(broker.bootstrap(), "shop"))) {
                program.awaitLine("3 ");

                assertEquals(List.of("io.shiplog.configmap.created.v1 /configmaps/shop/cm-1"), program.lines("1"));
                assertEquals(List.of("io.shiplog.configmap.created.v1 /configmaps/shop/cm-3"), program.lines("3"));
            }
        }
    }
}
