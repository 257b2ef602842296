package io.shiplog.node.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.State;
import io.shiplog.node.engine.ContainerSession.Streams;
import io.shiplog.node.engine.EngineException.Why;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every container engine does. */
abstract class ContainerEngineContract {
    static final String LABEL = "io.shiplog.test";
    final String mark = UUID.randomUUID().toString();

    abstract ContainerEngine engine();

    /** An image with a shell, or what passes for one. */
    abstract String image();

    ContainerRequest sleeping(String name) {
        return sleeper(name).request();
    }

    private PlainContainer sleeper(String name) {
        return PlainContainer.of(name, image())
                .running("sh", "-c", "trap 'exit 143' TERM; while :; do sleep 0.05; done")
                .labelled(Map.of(LABEL, mark, "name", name));
    }

    private String name() {
        return "contract-" + UUID.randomUUID();
    }

    @Test
    void aContainerIsCreatedThenRunsThenHasExited() {
        String id = engine().create(sleeping(name()));
        assertEquals(State.CREATED, engine().inspect(id).orElseThrow().state());

        engine().start(id);
        Container running = engine().inspect(id).orElseThrow();
        assertEquals(State.RUNNING, running.state());
        assertTrue(running.pid() > 0);

        engine().signal(id, "SIGKILL");
        Container dead = awaitEnd(id);
        assertEquals(137, dead.exitCode());
        assertEquals(0, dead.pid());
        assertFalse(dead.finishedAt() == null);
    }

    private String running() {
        String id = engine().create(sleeping(name()));
        engine().start(id);
        return id;
    }

    private static final Streams ALL = new Streams(true, true, true, false);

    @Test
    void stdinEndsAndTheOutputStillComes() throws Exception {
        try (ContainerSession session = engine().open(running(), List.of("cat"), ALL)) {
            byte[] bytes = new byte[300_000];
            new SplittableRandom(3).nextBytes(bytes);
            Thread writing = Thread.ofVirtual().start(() -> {
                try {
                    session.write(bytes, 0, bytes.length);
                    session.endInput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            session.copyOutput((error, piece, length) -> out.write(piece, 0, length));

            writing.join();
            assertArrayEquals(bytes, out.toByteArray());
            assertEquals(0, session.exitCode());
        }
    }

    @Test
    void outputAndErrorsAreToldApartAndTheExitCodeIsKnown() throws Exception {
        try (ContainerSession session =
                engine().open(running(), List.of("sh", "-c", "echo out; echo err >&2; exit 9"), ALL)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            session.copyOutput((error, piece, length) -> (error ? err : out).write(piece, 0, length));

            assertEquals("out\n", out.toString(StandardCharsets.UTF_8));
            assertEquals("err\n", err.toString(StandardCharsets.UTF_8));
            assertEquals(9, session.exitCode());
        }
    }

    @Test
    void aKilledCommandEnds() throws Exception {
        try (ContainerSession session = engine().open(running(), List.of("sleep", "600"), ALL)) {
            session.kill();

            session.copyOutput((error, piece, length) -> {});

            assertEquals(137, session.exitCode());
        }
    }

    @Test
    void aContainerThatDoesNotRunHasNoStreams() {
        String id = engine().create(sleeping(name()));

        for (Executable each :
                List.<Executable>of(() -> engine().open(id, List.of("cat"), ALL), () -> engine().attach(id, ALL))) {
            assertEquals(Why.GONE, assertThrows(EngineException.class, each).why());
        }
    }

    @Test
    void aSecondStartChangesNothing() {
        String id = engine().create(sleeping(name()));
        engine().start(id);
        engine().start(id);

        assertTrue(engine().inspect(id).orElseThrow().running());
    }

    @Test
    void aNameIsGivenOnce() {
        String name = name();
        engine().create(sleeping(name));

        EngineException no = assertThrows(EngineException.class, () -> engine().create(sleeping(name)));

        assertEquals(Why.NAME_TAKEN, no.why());
    }

    @Test
    void anImageThatIsNotHereIsSaidToBeMissing() {
        ContainerRequest request = PlainContainer.of(name(), "no-such-image:1").request();

        assertEquals(
                Why.NO_IMAGE,
                assertThrows(EngineException.class, () -> engine().create(request))
                        .why());
        assertTrue(engine().image("no-such-image:1").isEmpty());
        assertTrue(engine().image(image()).isPresent());
    }

    @Test
    void onlyContainersWithAllLabelsAreListed() {
        String one = engine().create(sleeping("contract-one-" + mark));
        engine().create(sleeping("contract-two-" + mark));

        assertEquals(2, engine().list(Map.of(LABEL, mark)).size());
        assertEquals(
                List.of(one),
                engine().list(Map.of(LABEL, mark, "name", "contract-one-" + mark)).stream()
                        .map(Container::id)
                        .toList());
        assertTrue(engine().list(Map.of(LABEL, "other")).isEmpty());
    }

    @Test
    void whatIsGoneStaysGoneWithoutComplaint() {
        String id = engine().create(sleeping(name()));
        engine().remove(id);

        engine().remove(id);
        engine().signal(id, "SIGTERM");

        assertTrue(engine().inspect(id).isEmpty());
        assertEquals(
                Why.GONE,
                assertThrows(EngineException.class, () -> engine().start(id)).why());
    }

    @Test
    void aRunningContainerIsKilledToBeRemoved() {
        String id = engine().create(sleeping(name()));
        engine().start(id);

        engine().remove(id);

        assertTrue(engine().inspect(id).isEmpty());
    }

    @Test
    void commandsRunOnlyInsideWhatRuns() {
        String id = engine().create(sleeping(name()));
        EngineException no =
                assertThrows(EngineException.class, () -> engine().exec(id, List.of("true"), Duration.ofSeconds(10)));
        assertEquals(Why.GONE, no.why());

        engine().start(id);
        assertEquals(
                0, engine().exec(id, List.of("true"), Duration.ofSeconds(10)).exitCode());
    }

    @Test
    void startsAndEndsAreReported() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        ContainerEngine.EventReader reader = new ContainerEngine.EventReader() {
            @Override
            public void onContainer(String id, Map<String, String> labels) {
                told.add(id + " " + labels.get(LABEL));
            }

            @Override
            public void onGap() {
                told.add("gap");
            }
        };
        try (ContainerEngine.Subscription ignored = engine().events(Map.of(LABEL, mark), reader)) {
            assertEquals("gap", told.poll(10, TimeUnit.SECONDS));
            String id = engine().create(sleeping(name()));
            engine().start(id);
            assertEquals(id + " " + mark, told.poll(10, TimeUnit.SECONDS));
            engine().signal(id, "SIGKILL");
            assertEquals(id + " " + mark, told.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void memoryVolumesStayWhileAContainerHasThem() {
        String volume = "contract-" + mark;
        engine().createMemoryVolume(volume, 1L << 20, Map.of(LABEL, mark));
        engine().createMemoryVolume(volume, 1L << 20, Map.of(LABEL, mark));
        String id = engine().create(sleeper(name())
                .with(ContainerRequest.Mount.bind(volume, "/m", false))
                .request());

        engine().removeVolumes(Map.of(LABEL, mark));
        engine().start(id);
        assertTrue(engine().inspect(id).orElseThrow().running());

        engine().remove(id);
        engine().removeVolumes(Map.of(LABEL, mark));
    }

    Container awaitEnd(String id) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        Container container = engine().inspect(id).orElseThrow();
        while (container.running() && System.nanoTime() < end) {
            container = engine().inspect(id).orElseThrow();
        }
        return container;
    }
}
