package io.shiplog.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReleaseTest {
    @Test
    void theVersionIsTheBuilds() {
        assertTrue(Release.version().matches("[0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?"), Release.version());
        assertEquals("v1.36.0+shiplog." + Release.version(), Release.gitVersion());
    }
}
