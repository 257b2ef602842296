package io.shiplog.node.dns;

import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** The cluster zone's answer to a question. */
sealed interface ZoneAnswer {
    ZoneAnswer NO_DATA = new NoData();
    ZoneAnswer NO_NAME = new NoName();
    ZoneAnswer ELSEWHERE = new Elsewhere();

    /** The answer, and addresses of names in it. */
    record Found(List<Record> answers, List<Record> additional) implements ZoneAnswer {
        public Found {
            answers = List.copyOf(answers);
            additional = List.copyOf(additional);
        }

        public Found(List<Record> answers) {
            this(answers, List.of());
        }
    }

    /** An alias: the answer continues with its target. */
    record Alias(Record cname, Name target) implements ZoneAnswer {}

    /** The name exists, but nothing of this type. A resolver must not conclude that the name does not exist. */
    record NoData() implements ZoneAnswer {}

    /** The name does not exist. */
    record NoName() implements ZoneAnswer {}

    /** Not a name of this cluster: forward it. */
    record Elsewhere() implements ZoneAnswer {}
}
