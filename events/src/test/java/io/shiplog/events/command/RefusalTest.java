package io.shiplog.events.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.command.Refusal.Retry;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which refused commands are sent again, by everything that sends commands. */
class RefusalTest {
    @ParameterizedTest
    @EnumSource(Reason.class)
    void whatTheServerCouldNotDoIsTriedAgainAndWhatTheClientDidWrongIsNot(Reason reason) {
        boolean ofServer = reason.code() >= 500 || reason.code() == 429 || reason.code() == 408;
        boolean again = EnumSet.of(Retry.LATER, Retry.WITH_NEXT_WRITER, Retry.AFTER_FAULT)
                .contains(reason.retry());

        assertEquals(ofServer, again);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"CONFLICT", "ALREADY_EXISTS", "NOT_FOUND"})
    void aNewerStateMayGiveAnotherAnswer(Reason reason) {
        assertEquals(Retry.WITH_NEWER_STATE, reason.retry());
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"INVALID", "FORBIDDEN", "BAD_REQUEST", "EXPIRED"})
    void theSameCommandStaysRefused(Reason reason) {
        assertEquals(Retry.NEVER, reason.retry());
    }
}
