package io.shiplog.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.Services;
import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

class ResponderTest {
    private final Responder responder = new Responder(new ClusterZone(ShopCluster.CONFIG));
    private final ClusterNames names = ShopCluster.names();

    private static Message query(String name, int type) {
        try {
            return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
        } catch (TextParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Message say(Message query) {
        return assertInstanceOf(Reply.Say.class, responder.reply(query.toWire(), names))
                .response();
    }

    @Test
    void an_answer_carries_id_question_and_authority_flags() {
        Message query = query("web.shop.svc.cluster.local.", Type.A);
        Message response = say(query);
        assertEquals(query.getHeader().getID(), response.getHeader().getID());
        assertEquals(query.getQuestion(), response.getQuestion());
        assertTrue(response.getHeader().getFlag(Flags.QR));
        assertTrue(response.getHeader().getFlag(Flags.AA));
        assertTrue(response.getHeader().getFlag(Flags.RD));
        assertTrue(response.getHeader().getFlag(Flags.RA));
        assertEquals(Rcode.NOERROR, response.getRcode());
        assertEquals(30, response.getSection(Section.ANSWER).getFirst().getTTL());
    }

    @Test
    void nothing_of_a_type_and_nothing_of_a_name_are_told_apart_and_hold_for_five_seconds() {
        Message noData = say(query("web.shop.svc.cluster.local.", Type.AAAA));
        Message noName = say(query("webb.shop.svc.cluster.local.", Type.AAAA));
        assertEquals(Rcode.NOERROR, noData.getRcode());
        assertEquals(Rcode.NXDOMAIN, noName.getRcode());
        for (Message response : new Message[] {noData, noName}) {
            assertEquals(0, response.getSection(Section.ANSWER).size());
            Record soa = response.getSection(Section.AUTHORITY).getFirst();
            assertEquals(Type.SOA, soa.getType());
            assertEquals(5, soa.getTTL());
        }
    }

    @Test
    void an_alias_within_the_cluster_is_followed_and_one_beyond_it_is_asked_of_others() {
        Message inner = say(query("inner.shop.svc.cluster.local.", Type.A));
        assertEquals(2, inner.getSection(Section.ANSWER).size());
        Reply.Follow outer = assertInstanceOf(
                Reply.Follow.class,
                responder.reply(query("mail.shop.svc.cluster.local.", Type.A).toWire(), names));
        assertEquals("smtp.example.com.", outer.question().getName().toString());
        assertEquals(1, outer.response().getSection(Section.ANSWER).size());
        Message cnameOnly = say(query("mail.shop.svc.cluster.local.", Type.CNAME));
        assertEquals(1, cnameOnly.getSection(Section.ANSWER).size());
    }

    @Test
    void an_alias_of_itself_ends_in_a_failure_not_in_a_loop() {
        assertEquals(
                Rcode.SERVFAIL,
                say(query("loop.shop.svc.cluster.local.", Type.A)).getRcode());
    }

    @Test
    void others_names_are_forwarded_as_they_were_asked() {
        Message query = query("Example.COM.", Type.A);
        Reply.Forward forward = assertInstanceOf(Reply.Forward.class, responder.reply(query.toWire(), names));
        assertEquals("Example.COM.", forward.query().getQuestion().getName().toString());
    }

    @Test
    void what_is_no_question_is_refused_with_the_code_for_it() throws TextParseException {
        Message update = query("web.shop.svc.cluster.local.", Type.A);
        update.getHeader().setOpcode(Opcode.UPDATE);
        assertEquals(Rcode.NOTIMP, say(update).getRcode());

        assertEquals(Rcode.FORMERR, say(new Message(7)).getRcode());
        assertEquals(Rcode.REFUSED, say(query("cluster.local.", Type.AXFR)).getRcode());
        Message chaos = Message.newQuery(Record.newRecord(Name.fromString("version.bind."), Type.TXT, DClass.CH));
        assertEquals(Rcode.REFUSED, say(chaos).getRcode());

        Message future = query("web.shop.svc.cluster.local.", Type.A);
        future.addRecord(new OPTRecord(1232, 0, 9), Section.ADDITIONAL);
        Message response = say(future);
        assertEquals(Rcode.BADVERS, response.getRcode());
    }

    @Test
    void a_response_is_never_answered() {
        Message response = query("web.shop.svc.cluster.local.", Type.A);
        response.getHeader().setFlag(Flags.QR);
        assertInstanceOf(Reply.Ignore.class, responder.reply(response.toWire(), names));
    }

    @Test
    void any_bytes_are_taken_without_an_exception() {
        long seed = System.nanoTime();
        System.out.println("ResponderTest seed " + seed);
        Random random = new Random(seed);
        byte[] valid = query("_http._tcp.web.shop.svc.cluster.local.", Type.SRV).toWire();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes;
            if (i % 2 == 0) {
                bytes = new byte[random.nextInt(80)];
                random.nextBytes(bytes);
            } else {
                bytes = java.util.Arrays.copyOf(valid, random.nextInt(valid.length + 1));
                for (int j = 0; j < 3 && bytes.length > 0; j++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            assertNotNull(responder.reply(bytes, names));
        }
    }

    @Test
    void edns_is_answered_with_edns_and_bounds_the_size() throws IOException {
        Message plain = query("big.shop.svc.cluster.local.", Type.A);
        Message edns = query("big.shop.svc.cluster.local.", Type.A);
        edns.addRecord(new OPTRecord(65_000, 0, 0), Section.ADDITIONAL);
        ClusterNames big = bigCluster(100);
        assertEquals(512, Responder.udpBytes(plain.toWire()));
        assertEquals(1232, Responder.udpBytes(edns.toWire()));
        Message response = ((Reply.Say) responder.reply(edns.toWire(), big)).response();
        Message received = new Message(Responder.fitted(response, Responder.udpBytes(edns.toWire())));
        assertTrue(received.getHeader().getFlag(Flags.TC));
        assertNotNull(received.getOPT());
        assertTrue(received.getSection(Section.ANSWER).size() > 50);
        Message small = new Message(Responder.fitted(response, Responder.PLAIN_UDP_BYTES));
        assertTrue(small.getHeader().getFlag(Flags.TC));
        assertTrue(small.getSection(Section.ANSWER).size() > 20);
        Message whole = new Message(Responder.fitted(response, Responder.MAX_TCP_BYTES));
        assertFalse(whole.getHeader().getFlag(Flags.TC));
        assertEquals(100, whole.getSection(Section.ANSWER).size());
    }

    @Test
    void each_endpoint_stands_first_in_some_answers() {
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 64; i++) {
            Message query = query("db.shop.svc.cluster.local.", Type.A);
            query.getHeader().setID(i);
            first.add(say(query).getSection(Section.ANSWER).getFirst().rdataToString());
        }
        assertEquals(Set.of("10.244.1.5", "10.244.2.6", "10.244.2.7"), first);
    }

    @Test
    void the_zones_serial_moves_with_the_log() {
        Message before = say(query("cluster.local.", Type.SOA));
        ScriptedImages later = ShopCluster.images().delete("services", "shop", "web");
        Message after = ((Reply.Say) responder.reply(
                        query("cluster.local.", Type.SOA).toWire(),
                        ClusterNames.of(later.current(), Services.of(later.current()))))
                .response();
        assertNotEquals(
                before.getSection(Section.ANSWER).getFirst().rdataToString(),
                after.getSection(Section.ANSWER).getFirst().rdataToString());
    }

    private static ClusterNames bigCluster(int endpoints) {
        String list = IntStream.rangeClosed(1, endpoints)
                .mapToObj(i -> "{'addresses':['10.244.3." + i + "']}")
                .collect(Collectors.joining(","));
        ScriptedImages images = new ScriptedImages()
                .service("shop", "big", "'clusterIP':'None','ports':[{'name':'http','port':80}]")
                .slice("shop", "big", "{'name':'http','protocol':'TCP','port':80}", list);
        return ClusterNames.of(images.current(), Services.of(images.current()));
    }
}
