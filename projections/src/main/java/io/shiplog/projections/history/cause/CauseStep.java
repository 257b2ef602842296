package io.shiplog.projections.history.cause;

import io.shiplog.projections.history.PastChange;

/** One step of the answer to "why?". */
public sealed interface CauseStep {

    /** How a step relates to the object in question. */
    enum Part {
        /** It led to the object, or to its end. */
        CAUSE("cause"),
        /** It is a change of the object itself. */
        OBJECT("object"),
        /** It is an Event object about the object. */
        TOLD("told");

        private final String word;

        Part(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** An event. */
    record Known(PastChange change, Part part) implements CauseStep {}

    /**
     * A cause that an event names and the log does not have.
     *
     * @param isCut whether the log was truncated after it; else its record cannot be decoded
     */
    record Unknown(String shard, long revision, boolean isCut) implements CauseStep {}
}
