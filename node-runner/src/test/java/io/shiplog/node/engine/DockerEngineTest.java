package io.shiplog.node.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.node.TestImages;
import io.shiplog.node.engine.ContainerEngine.LogRequest;
import io.shiplog.node.engine.EngineException.Why;
import io.shiplog.node.engine.docker.DockerEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Docker keeps the contract. */
@Tag("docker")
class DockerEngineTest extends ContainerEngineContract {
    private static final String SOCKET = "/var/run/docker.sock";

    private ContainerEngine engine;

    @BeforeEach
    void connect() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of(SOCKET)), "no Docker Engine at " + SOCKET);
        TestImages.ensure("busybox");
        engine = DockerEngine.connect("unix://" + SOCKET);
    }

    @AfterEach
    void clean() {
        if (engine != null) {
            engine.list(Map.of(LABEL, mark)).forEach(container -> engine.remove(container.id()));
            engine.removeVolumes(Map.of(LABEL, mark));
            engine.close();
        }
    }

    @Override
    ContainerEngine engine() {
        return engine;
    }

    @Override
    String image() {
        return "busybox";
    }

    @Test
    void anEngineThatIsNotThereIsSaidToBeOutOfReachWithWhatToDo() {
        EngineException no =
                assertThrows(EngineException.class, () -> DockerEngine.connect("unix:///no/such/docker.sock"));

        assertEquals(Why.UNREACHABLE, no.why());
    }

    @Test
    void aCommandThatTakesTooLongIsGivenUp() {
        String id = engine.create(sleeping("contract-slow-" + mark));
        engine.start(id);

        EngineException no = assertThrows(
                EngineException.class, () -> engine.exec(id, List.of("sleep", "60"), Duration.ofMillis(300)));

        assertEquals(Why.TIMED_OUT, no.why());
    }

    @Test
    void theLastLinesOfALogComeWithTheirTimesAndInTheirOrder() throws Exception {
        String id = engine.create(sleeping("contract-log-" + mark));
        engine.start(id);
        engine.exec(id, List.of("sh", "-c", "for i in 1 2 3; do echo $i > /proc/1/fd/1; done"), Duration.ofSeconds(10));
        engine.signal(id, "SIGKILL");
        awaitEnd(id);

        List<String> lines = new ArrayList<>();
        engine.logs(id, new LogRequest(true, null, 2), (timestamp, line) -> {
            lines.add(timestamp.substring(0, 2) + new String(line, StandardCharsets.UTF_8));
            return true;
        });

        assertEquals(List.of("202\n", "203\n"), lines);
    }

    @Test
    void aReaderThatHasEnoughEndsAFollowedLog() throws Exception {
        String id = engine.create(sleeping("contract-follow-" + mark));
        engine.start(id);
        engine.exec(id, List.of("sh", "-c", "echo a > /proc/1/fd/1; echo b > /proc/1/fd/1"), Duration.ofSeconds(10));

        List<String> lines = new ArrayList<>();
        engine.logs(id, new LogRequest(true, null, -1), (timestamp, line) -> {
            lines.add(new String(line, StandardCharsets.UTF_8));
            return false;
        });

        assertEquals(List.of("a\n"), lines);
    }
}
