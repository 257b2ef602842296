package io.shiplog.node.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** From the bytes of a query to the response, or to the query to forward. Pure; accepts any bytes. */
final class Responder {
    /** What fits through every path in one piece (DNS flag day 2020). */
    static final int MAX_UDP_BYTES = 1232;
    /** Without EDNS (RFC 1035, 4.2.1). */
    static final int PLAIN_UDP_BYTES = 512;

    static final int MAX_TCP_BYTES = 65_535;
    /** Maximum alias depth; as in CoreDNS. */
    private static final int MAX_ALIASES = 8;

    private static final int SECTIONS = 4;

    private final ClusterZone zone;

    Responder(ClusterZone zone) {
        this.zone = zone;
    }

    Reply reply(byte[] query, ClusterNames names) {
        Message message;
        try {
            message = new Message(query);
        } catch (IOException | RuntimeException e) {
            return malformed(query);
        }
        Header header = message.getHeader();
        if (header.getFlag(Flags.QR)) {
            return new Reply.Ignore();
        }
        int refusal = refusal(message);
        if (refusal != Rcode.NOERROR) {
            return new Reply.Say(error(message, refusal));
        }
        return answer(message, names);
    }

    /** At most its id can be read. */
    private static Reply malformed(byte[] query) {
        boolean isResponse = query.length > 2 && (query[2] & 0x80) != 0;
        if (query.length < Header.LENGTH || isResponse) {
            return new Reply.Ignore();
        }
        Message response = new Message((query[0] & 0xff) << 8 | (query[1] & 0xff));
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setRcode(Rcode.FORMERR);
        return new Reply.Say(response);
    }

    private static int refusal(Message query) {
        Header header = query.getHeader();
        if (header.getOpcode() != Opcode.QUERY) {
            return Rcode.NOTIMP;
        }
        Record question = query.getQuestion();
        if (header.getCount(Section.QUESTION) != 1 || question == null) {
            return Rcode.FORMERR;
        }
        OPTRecord edns = query.getOPT();
        if (edns != null && edns.getVersion() != 0) {
            return Rcode.BADVERS;
        }
        boolean transfer = question.getType() == Type.AXFR || question.getType() == Type.IXFR;
        return transfer || (question.getDClass() != DClass.IN && question.getDClass() != DClass.ANY)
                ? Rcode.REFUSED
                : Rcode.NOERROR;
    }

    private Reply answer(Message query, ClusterNames names) {
        Record question = query.getQuestion();
        Message response = response(query);
        Name name = question.getName();
        long serial = names.image().revision("events");
        if (question.getType() == Type.SOA && name.equals(zone.authority(serial).getName())) {
            response.addRecord(zone.authority(serial), Section.ANSWER);
            return new Reply.Say(response);
        }
        for (int aliases = 0; aliases <= MAX_ALIASES; aliases++) {
            ZoneAnswer answer = zone.answer(names, name, question.getType());
            switch (answer) {
                case ZoneAnswer.Found found -> {
                    return new Reply.Say(found(response, found));
                }
                case ZoneAnswer.Alias(Record cname, Name target) -> {
                    response.addRecord(cname, Section.ANSWER);
                    if (question.getType() == Type.CNAME) {
                        return new Reply.Say(response);
                    }
                    name = target;
                }
                case ZoneAnswer.NoData ignored -> {
                    return new Reply.Say(negative(response, Rcode.NOERROR, serial));
                }
                case ZoneAnswer.NoName ignored -> {
                    return new Reply.Say(negative(response, Rcode.NXDOMAIN, serial));
                }
                case ZoneAnswer.Elsewhere ignored -> {
                    return aliases == 0
                            ? new Reply.Forward(query)
                            : new Reply.Follow(response, Record.newRecord(name, question.getType(), DClass.IN));
                }
            }
        }
        return new Reply.Say(error(query, Rcode.SERVFAIL));
    }

    private static Message found(Message response, ZoneAnswer.Found found) {
        // Clients take the first address: another one is first each time. The id is the client's random number.
        List<Record> answers = new ArrayList<>(found.answers());
        Collections.rotate(answers, response.getHeader().getID() % answers.size());
        answers.forEach(answer -> response.addRecord(answer, Section.ANSWER));
        found.additional().forEach(extra -> response.addRecord(extra, Section.ADDITIONAL));
        return response;
    }

    private Message negative(Message response, int rcode, long serial) {
        response.getHeader().setRcode(rcode);
        response.addRecord(zone.authority(serial), Section.AUTHORITY);
        return response;
    }

    /** A response without an answer yet. */
    private static Message response(Message query) {
        Header asked = query.getHeader();
        Message response = new Message(asked.getID());
        Header header = response.getHeader();
        header.setFlag(Flags.QR);
        header.setFlag(Flags.AA);
        header.setFlag(Flags.RA);
        if (asked.getFlag(Flags.RD)) {
            header.setFlag(Flags.RD);
        }
        if (query.getQuestion() != null) {
            response.addRecord(query.getQuestion(), Section.QUESTION);
        }
        if (query.getOPT() != null) {
            response.addRecord(new OPTRecord(MAX_UDP_BYTES, 0, 0), Section.ADDITIONAL);
        }
        return response;
    }

    /** A response with only a status. */
    static Message error(Message query, int rcode) {
        Message response = response(query);
        response.getHeader().unsetFlag(Flags.AA);
        if (rcode > 0xf) {
            // The upper bits of an extended code travel in the OPT record.
            response.removeAllRecords(Section.ADDITIONAL);
            response.addRecord(new OPTRecord(MAX_UDP_BYTES, rcode >> 4, 0), Section.ADDITIONAL);
        }
        response.getHeader().setRcode(rcode & 0xf);
        return response;
    }

    /** Adds the answer about an alias' target; a failure there fails the whole. */
    static Message followed(Message response, @Nullable Message said) {
        if (said == null) {
            response.getHeader().setRcode(Rcode.SERVFAIL);
            return response;
        }
        said.getSection(Section.ANSWER).forEach(answer -> response.addRecord(answer, Section.ANSWER));
        response.getHeader().setRcode(said.getHeader().getRcode());
        return response;
    }

    /**
     * A response in at most this many bytes. First the additional section is dropped; then as many answers stay as fit, and the
     * truncation bit is set: old clients use what they get, others retry over TCP.
     */
    static byte[] fitted(Message response, int maxBytes) {
        byte[] whole = response.toWire();
        if (whole.length <= maxBytes) {
            return whole;
        }
        List<Record> answers = response.getSection(Section.ANSWER);
        int fits = -1;
        int tooMany = answers.size() + 1;
        while (tooMany - fits > 1) {
            int count = (fits + tooMany) >>> 1;
            if (withAnswers(response, answers.subList(0, count)).toWire().length <= maxBytes) {
                fits = count;
            } else {
                tooMany = count;
            }
        }
        return withAnswers(response, answers.subList(0, Math.max(fits, 0))).toWire();
    }

    private static Message withAnswers(Message response, List<Record> answers) {
        Message shorter = new Message();
        shorter.setHeader(response.getHeader().clone());
        for (int section = 0; section < SECTIONS; section++) {
            shorter.removeAllRecords(section);
        }
        response.getSection(Section.QUESTION).forEach(question -> shorter.addRecord(question, Section.QUESTION));
        answers.forEach(answer -> shorter.addRecord(answer, Section.ANSWER));
        if (response.getOPT() != null) {
            shorter.addRecord(response.getOPT(), Section.ADDITIONAL);
        }
        if (answers.size() < response.getSection(Section.ANSWER).size()) {
            shorter.getHeader().setFlag(Flags.TC);
        }
        return shorter;
    }

    /** The client's UDP payload limit, within reason. */
    static int udpBytes(byte[] query) {
        try {
            OPTRecord edns = new Message(query).getOPT();
            return edns == null ? PLAIN_UDP_BYTES : Math.clamp(edns.getPayloadSize(), PLAIN_UDP_BYTES, MAX_UDP_BYTES);
        } catch (IOException | RuntimeException e) {
            return PLAIN_UDP_BYTES;
        }
    }
}
