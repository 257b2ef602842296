package io.shiplog.docker.broker;

import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.events.log.kafka.KafkaAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Utils;

/** The keys of all brokers that the tests of one process start, in a folder that goes with the process. */
public final class TestKeys {
    private TestKeys() {}

    /** Made when they are first asked for: a process that is given another's needs none. */
    private static final class Own {
        static final Path FOLDER = temporary();
        static final KafkaPki PKI = KafkaPki.open(FOLDER);
    }

    public static KafkaPki pki() {
        return Own.PKI;
    }

    /** For processes that a test starts. */
    public static String folder() {
        return Own.FOLDER.toString();
    }

    /** How a client connects that may do everything. */
    public static KafkaAccess access(String bootstrap, String folder) {
        return new KafkaAccess(bootstrap, KafkaPki.open(Path.of(folder)).cluster());
    }

    private static Path temporary() {
        try {
            Path folder = Files.createTempDirectory("shiplog-test-keys");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    Utils.delete(folder.toFile());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
