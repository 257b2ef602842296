package io.shiplog.docker.history;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.client.ClientException;
import io.shiplog.events.log.EventVerb;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code log --verb} takes. */
class LogFilterTest {
    @ParameterizedTest
    @EnumSource(EventVerb.class)
    void everyVerbThatARecordMayHave(EventVerb verb) {
        assertEquals(verb.word(), LogFilter.knownVerb(verb.word()));
    }

    @Test
    void anUnknownVerbIsRefusedWithThoseThatExist() {
        ClientException refused = assertThrows(ClientException.class, () -> LogFilter.knownVerb("aply"));

        assertTrue(requireNonNull(refused.getMessage()).contains("apply, attach, bind"), refused::getMessage);
    }
}
