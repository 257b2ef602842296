package io.shiplog.node.engine;

import io.shiplog.node.engine.memory.InMemoryEngine;
import java.time.Instant;

/** The twin in memory keeps the contract. */
class InMemoryEngineTest extends ContainerEngineContract {
    private final InMemoryEngine engine = new InMemoryEngine(Instant::now);

    InMemoryEngineTest() {
        engine.addImage(image(), "");
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
