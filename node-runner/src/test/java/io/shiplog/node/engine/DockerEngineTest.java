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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLongLineComesWholeWithOneTimestamp(boolean tty) throws Exception {
        String id = ended(
                tty,
                "head -c 40000 /dev/zero | tr '\\0' x; echo; echo short; head -c 16384 /dev/zero | tr '\\0' y; echo;"
                        + " head -c 20000 /dev/zero | tr '\\0' z");

        assertEquals(List.of("x 40000", "s 5", "y 16384", "z 20000"), lines(id, new LogRequest(false, null, -1)));
        assertEquals(List.of("x 40000", "s 5", "y 16384", "z 20000"), lines(id, new LogRequest(true, null, 9)));
        assertEquals(List.of("y 16384", "z 20000"), lines(id, new LogRequest(false, null, 2)));
        assertEquals(List.of("z 20000"), lines(id, new LogRequest(true, null, 1)));
        assertEquals(List.of(), lines(id, new LogRequest(false, null, 0)));
        assertEquals(
                List.of("x 40000", "s 5", "y 16384", "z 20000"),
                lines(id, new LogRequest(false, Instant.now().minusSeconds(3600), -1)));
        assertEquals(List.of(), lines(id, new LogRequest(false, Instant.now().plusSeconds(60), -1)));
    }

    /** Docker replaces each invalid byte by three, so that its pieces are longer than 16 KiB. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesThatAreNoTextComeInTheirLines(boolean tty) throws Exception {
        String id = ended(
                tty,
                "head -c 40000 /dev/zero | tr '\\0' '\\377'; echo; echo short; printf 'a\\0b c\\n\\n';"
                        + " head -c 20000 /dev/zero | tr '\\0' '\\376'");

        assertEquals(
                List.of("\uFFFD".repeat(40_000), "short", "a\0b c", "", "\uFFFD".repeat(20_000)),
                texts(id, new LogRequest(false, null, -1)));
        assertEquals(List.of("a\0b c", "", "\uFFFD".repeat(20_000)), texts(id, new LogRequest(false, null, 3)));
    }

    @Test
    void thousandsOfShortLinesAllComeAndTheLastOnesAreCounted() throws Exception {
        String id = ended(false, "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done");
        List<String> all =
                IntStream.rangeClosed(1, 3000).mapToObj(i -> "line " + i).toList();

        assertEquals(all, texts(id, new LogRequest(false, null, -1)));
        assertEquals(all.subList(1500, 3000), texts(id, new LogRequest(false, null, 1500)));
        assertEquals(all.subList(1500, 3000), texts(id, new LogRequest(true, null, 1500)));
        assertEquals(all, texts(id, new LogRequest(false, Instant.now().minusSeconds(300), -1)));
        assertEquals(all, texts(id, new LogRequest(false, null, 5000)));
    }

    @Test
    void aLogThatIsNotThereIsGone() {
        EngineException no = assertThrows(
                EngineException.class,
                () -> engine.logs("0123456789ab", new LogRequest(false, null, -1), (timestamp, line) -> true));

        assertEquals(Why.GONE, no.why());
    }

    /** Without line ends. */
    private List<String> texts(String id, LogRequest request) throws Exception {
        List<String> lines = new ArrayList<>();
        engine.logs(id, request, (timestamp, line) -> {
            assertEquals(30, timestamp.length());
            lines.add(new String(line, StandardCharsets.UTF_8).replaceFirst("\r?\n$", ""));
            return true;
        });
        return lines;
    }

    @Test
    void aLineWithoutAnEndIsHandedOverInBoundedParts() throws Exception {
        String id = ended(false, "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo short");
        List<String> stamps = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();

        engine.logs(id, new LogRequest(false, null, -1), (timestamp, line) -> {
            stamps.add(timestamp.isEmpty() ? "" : "stamp");
            sizes.add(line.length);
            return true;
        });

        assertEquals(List.of("stamp", "", "", "stamp"), stamps);
        assertEquals(3_000_001 + 6, sizes.stream().mapToInt(Integer::intValue).sum());
        assertEquals(List.of("s 5"), lines(id, new LogRequest(false, null, 1)));
    }

    private String ended(boolean tty, String script) {
        ContainerRequest plain = PlainContainer.of("contract-long-" + mark, image())
                .running("sh", "-c", script)
                .labelled(Map.of(LABEL, mark))
                .request();
        String id = engine.create(new ContainerRequest(
                plain.name(),
                plain.image(),
                plain.entrypoint(),
                plain.command(),
                plain.env(),
                plain.workingDir(),
                plain.labels(),
                plain.mounts(),
                plain.namespaces(),
                plain.hostname(),
                plain.ports(),
                plain.limits(),
                plain.security(),
                plain.user(),
                plain.groups(),
                plain.stdin(),
                plain.stdinOnce(),
                tty));
        engine.start(id);
        awaitEnd(id);
        return id;
    }

    /** By first letter and length, without line ends. */
    private List<String> lines(String id, LogRequest request) throws Exception {
        List<String> lines = new ArrayList<>();
        engine.logs(id, request, (timestamp, line) -> {
            assertEquals(30, timestamp.length());
            String text = new String(line, StandardCharsets.UTF_8).strip();
            lines.add(text.charAt(0) + " " + text.length());
            return true;
        });
        return lines;
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
