package io.shiplog.docker.launch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** A configuration of the scheduler is read and checked before anything starts. */
class SchedulerOptionTest {
    private static final String HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

    @TempDir
    private Path folder;

    /** A command with the option. */
    @Command
    static final class Start {
        @Mixin
        private SchedulerOption scheduler = new SchedulerOption();
    }

    private Start parse(String... args) {
        Start start = new Start();
        new CommandLine(start).parseArgs(args);
        return start;
    }

    private String file(String content) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), content).toString();
    }

    @Test
    void aFileOfYamlIsTaken() throws IOException {
        String file = file(HEAD + "profiles:\n- schedulerName: packing\n");

        Start start = parse("--scheduler-config", file);

        assertEquals(
                "packing",
                start.scheduler
                        .config()
                        .orElseThrow()
                        .tree()
                        .at("/profiles/0/schedulerName")
                        .asText());
    }

    @Test
    void withoutTheOptionThereIsNone() {
        assertTrue(parse().scheduler.config().isEmpty());
    }

    @Test
    void anUnknownFieldIsRefused() throws IOException {
        String file = file(HEAD + "profils: []\n");

        String why = String.valueOf(assertThrows(ParameterException.class, () -> parse("--scheduler-config", file))
                .getMessage());

        assertTrue(why.endsWith("unknown field \"profils\""), why);
    }

    @Test
    void aFileThatIsNotYamlOrNotThereOrTooLargeIsRefused() throws IOException {
        String broken = file("a: [");
        assertThrows(ParameterException.class, () -> parse("--scheduler-config", broken));
        assertThrows(ParameterException.class, () -> parse("--scheduler-config", folder + "/none"));
        String large = file(HEAD + "#".repeat(SchedulerOption.MAX_BYTES));
        assertThrows(ParameterException.class, () -> parse("--scheduler-config", large));
    }
}
