package io.shiplog.projections.history;

/** One step of the answer to "why?". */
public sealed interface CauseStep {

    /** What a step has to do with what is asked about. */
    enum Part {
        /** It led to the object, or to its end. */
        CAUSE("cause"),
        /** It is of the object's own life. */
        OBJECT("object"),
        /** It is what a part told about the object: an Event object. */
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
     * A cause that an event names and the log does not tell.
     *
     * @param isCut whether the log was cut behind it; else its record cannot be decoded
     */
    record Unknown(String shard, long revision, boolean isCut) implements CauseStep {}
}
