package io.shiplog.node.dns;

import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** What the cluster's zone says to a question. */
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

    /** The name is another one's: the answer goes on with that. */
    record Alias(Record cname, Name target) implements ZoneAnswer {}

    /** The name is there, but nothing of this type. A resolver must not conclude that the name has no address at all. */
    record NoData() implements ZoneAnswer {}

    /** There is no such name. */
    record NoName() implements ZoneAnswer {}

    /** Not a name of this cluster: ask others. */
    record Elsewhere() implements ZoneAnswer {}
}
