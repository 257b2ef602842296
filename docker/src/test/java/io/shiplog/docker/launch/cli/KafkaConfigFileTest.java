package io.shiplog.docker.launch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.broker.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConfigFileTest {
    @TempDir
    private Path folder;

    private Map<String, String> read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("client.properties"), text);
        return KafkaConfigFile.access("kafka-1:9093", Optional.of(file)).security();
    }

    @Test
    void whatSaysHowToConnectIsTaken() throws IOException {
        assertEquals(
                Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.mechanism",
                        "SCRAM-SHA-512",
                        "ssl.truststore.type",
                        "PEM"),
                read("# ours\nsecurity.protocol=SASL_SSL\nsasl.mechanism = SCRAM-SHA-512\nssl.truststore.type:PEM\n"));
        assertEquals(
                Map.of(),
                KafkaConfigFile.access("kafka-1:9092", Optional.empty()).security());
    }

    @Test
    void theFileOfTheClustersOwnIdentityIsOne() {
        assertEquals(
                TestKeys.pki().cluster(),
                KafkaConfigFile.access("127.0.0.1:1", Optional.of(TestKeys.pki().clientFile()))
                        .security());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acks=0",
                "enable.idempotence=false",
                "max.in.flight.requests.per.connection=5",
                "bootstrap.servers=elsewhere:9092",
                "group.id=x",
                "client.id=x",
                "metric.reporters=com.example.Spy",
                "request.timeout.ms=1",
                "retries=0",
                "ssl.keystor.location=/typo",
                "security.protocoll=SSL",
                "listeners=PLAINTEXT://:9092"
            })
    void anythingElseIsRefusedByName(String line) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> read("security.protocol=SSL\n" + line));

        assertTrue(String.valueOf(refused.getMessage()).contains(line.substring(0, line.indexOf('='))));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = folder.resolve("missing.properties");

        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> KafkaConfigFile.access("kafka-1:9093", Optional.of(missing)));

        assertTrue(String.valueOf(refused.getMessage()).contains("missing.properties"));
    }
}
