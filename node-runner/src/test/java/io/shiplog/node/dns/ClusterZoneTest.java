package io.shiplog.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Questions and answers, by Kubernetes' DNS specification. */
class ClusterZoneTest {
    private final ClusterZone zone = new ClusterZone(ShopCluster.CONFIG);
    private final ClusterNames names = ShopCluster.names();

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # a Service with a ClusterIP
            web.shop.svc.cluster.local.                 | A    | A 10.96.0.20
            WEB.Shop.SVC.Cluster.LOCAL.                 | A    | A 10.96.0.20
            web.shop.svc.cluster.local.                 | AAAA | no data
            web.shop.svc.cluster.local.                 | TXT  | no data
            web.shop.svc.cluster.local.                 | ANY  | A 10.96.0.20
            kubernetes.default.svc.cluster.local.       | A    | A 10.96.0.1
            _http._tcp.web.shop.svc.cluster.local.      | SRV  | SRV 0 100 80 web.shop.svc.cluster.local.
            _dns._udp.web.shop.svc.cluster.local.       | SRV  | SRV 0 100 53 web.shop.svc.cluster.local.
            _dns._tcp.web.shop.svc.cluster.local.       | SRV  | no name
            _http._tcp.web.shop.svc.cluster.local.      | A    | no data
            _tcp.web.shop.svc.cluster.local.            | SRV  | no data
            _sctp.web.shop.svc.cluster.local.           | SRV  | no name
            _no._tcp.web.shop.svc.cluster.local.        | SRV  | no name
            first.web.shop.svc.cluster.local.           | A    | A 10.244.1.9
            20.0.96.10.in-addr.arpa.                    | PTR  | PTR web.shop.svc.cluster.local.
            20.0.96.10.in-addr.arpa.                    | A    | no data
            # a headless one
            db.shop.svc.cluster.local.                  | A    | A 10.244.1.5, A 10.244.2.6, A 10.244.2.7
            db.shop.svc.cluster.local.                  | AAAA | no data
            db-0.db.shop.svc.cluster.local.             | A    | A 10.244.1.5
            DB-0.db.shop.svc.cluster.local.             | A    | A 10.244.1.5
            10-244-2-7.db.shop.svc.cluster.local.       | A    | A 10.244.2.7
            10-244-1-5.db.shop.svc.cluster.local.       | A    | no name
            db-3.db.shop.svc.cluster.local.             | A    | no name
            db-9.db.shop.svc.cluster.local.             | A    | no name
            5.1.244.10.in-addr.arpa.                    | PTR  | PTR db-0.db.shop.svc.cluster.local.
            8.2.244.10.in-addr.arpa.                    | PTR  | no name
            none.shop.svc.cluster.local.                | A    | no name
            none.shop.svc.cluster.local.                | AAAA | no name
            # an alias
            mail.shop.svc.cluster.local.                | A    | alias smtp.example.com.
            mail.shop.svc.cluster.local.                | AAAA | alias smtp.example.com.
            x.mail.shop.svc.cluster.local.              | A    | no name
            # pods
            10-244-1-9.shop.pod.cluster.local.          | A    | A 10.244.1.9
            10-244-1-9.shop.pod.cluster.local.          | AAAA | no data
            10-244-1-9.default.pod.cluster.local.       | A    | no name
            10-244-1-8.shop.pod.cluster.local.          | A    | no name
            junk.shop.pod.cluster.local.                | A    | no name
            # names in between, and names that are not there
            cluster.local.                              | A    | no data
            cluster.local.                              | NS   | NS ns.dns.cluster.local.
            svc.cluster.local.                          | A    | no data
            pod.cluster.local.                          | A    | no data
            shop.svc.cluster.local.                     | A    | no data
            quiet.svc.cluster.local.                    | A    | no data
            nowhere.svc.cluster.local.                  | A    | no name
            other.shop.svc.cluster.local.               | A    | no name
            a.b.c.web.shop.svc.cluster.local.           | A    | no name
            example.com.shop.svc.cluster.local.         | A    | no name
            example.com.cluster.local.                  | A    | no name
            dns-version.cluster.local.                  | TXT  | TXT 1.1.0
            ns.dns.cluster.local.                       | A    | A 127.0.0.1
            # others' names
            example.com.                                | A    | elsewhere
            local.                                      | A    | elsewhere
            xcluster.local.                             | A    | elsewhere
            8.8.8.8.in-addr.arpa.                       | PTR  | elsewhere
            10.in-addr.arpa.                            | PTR  | elsewhere
            99.0.96.10.in-addr.arpa.                    | PTR  | no name
            """)
    void answers(String name, String type, String expected) throws TextParseException {
        assertEquals(expected, said(zone.answer(names, Name.fromString(name), Type.value(type))));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
            db.shop.svc.cluster.local.            | 10-244-2-7.db, db-0.db, db-1.db
            _sql._tcp.db.shop.svc.cluster.local.  | 10-244-2-7.db, db-0.db, db-1.db
            """)
    void srv_of_a_headless_service_names_each_ready_endpoint_at_its_own_port(String name, String targets)
            throws TextParseException {
        ZoneAnswer answer = zone.answer(names, Name.fromString(name), Type.SRV);
        List<String> expected = List.of(targets.split(", ")).stream()
                .map(target -> "SRV 0 100 5433 " + target + ".shop.svc.cluster.local.")
                .toList();
        assertEquals(
                expected, List.of(said(answer).split(", ")).stream().sorted().toList());
        assertEquals(3, ((ZoneAnswer.Found) answer).additional().size());
    }

    private static String said(ZoneAnswer answer) {
        return switch (answer) {
            case ZoneAnswer.Found(List<Record> answers, List<Record> ignored) ->
                answers.stream()
                        .map(record -> Type.string(record.getType()) + " "
                                + record.rdataToString().replace("\"", ""))
                        .collect(Collectors.joining(", "));
            case ZoneAnswer.Alias alias -> "alias " + alias.target();
            case ZoneAnswer.NoData ignored -> "no data";
            case ZoneAnswer.NoName ignored -> "no name";
            case ZoneAnswer.Elsewhere ignored -> "elsewhere";
        };
    }
}
