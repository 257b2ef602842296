package io.shiplog.node.engine;

import io.shiplog.node.engine.memory.InMemoryEngine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** The twin in memory keeps the contract. */
class InMemoryEngineTest extends ContainerEngineContract {
    private final InMemoryEngine engine = new InMemoryEngine(Instant::now);

    InMemoryEngineTest() {
        engine.addImage(image(), "");
        engine.program("cat", (in, out, err, size) -> {
            in.transferTo(out);
            return 0;
        });
        engine.program("sh", (in, out, err, size) -> {
            out.write("out\n".getBytes(StandardCharsets.UTF_8));
            err.write("err\n".getBytes(StandardCharsets.UTF_8));
            return 9;
        });
        engine.program("sleep", (in, out, err, size) -> {
            new CountDownLatch(1).await();
            return 0;
        });
    }

    @Override
    ContainerEngine engine() {
        return engine;
    }

    @Override
    String image() {
        return "busybox";
    }
}
