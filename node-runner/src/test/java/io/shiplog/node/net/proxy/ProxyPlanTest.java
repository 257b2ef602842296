package io.shiplog.node.net.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.Protocol;
import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.ServiceName;
import io.shiplog.node.net.services.Services;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Given Services and their slices, the routes of connections. */
class ProxyPlanTest {
    private static final String HTTP = "{'name':'http','protocol':'TCP','port':8080}";
    private static final ProxyPlan PLAN = new ProxyPlan(Set.of("one", "two"), Set.of(Ipv4.of("10.96.0.10")));

    private final ScriptedImages images = new ScriptedImages();

    private Map<String, String> routes(HostPortMapping... hostPorts) {
        return routes(Services.allowing(Set.of(Ipv4Range.of("0.0.0.0/0"))).next(images.current()), hostPorts);
    }

    private static Map<String, String> routes(Services services, HostPortMapping... hostPorts) {
        Map<String, String> shown = new TreeMap<>();
        PLAN.rules(services, List.of(hostPorts))
                .routes()
                .forEach((front, route) -> shown.put(
                        front.address() + ":" + front.port() + "/"
                                + front.protocol().lower(),
                        show(route)));
        return shown;
    }

    private static String show(Route route) {
        return switch (route) {
            case Route.Spread(var targets) ->
                String.join(" ", targets.stream().map(ProxyPlanTest::show).toList());
            case Route.Sticky(var slots, var seconds) ->
                "sticky " + seconds + " "
                        + String.join(
                                " ",
                                slots.stream()
                                        .distinct()
                                        .sorted()
                                        .map(ProxyPlanTest::show)
                                        .toList());
            case Route.Refuse ignored -> "refuse";
            case Route.Discard ignored -> "discard";
        };
    }

    private static String show(Target target) {
        return target.address() + ":" + target.port();
    }

    @Test
    void a_cluster_ip_leads_to_every_ready_endpoint_of_all_its_slices_once() {
        images.service("shop", "web", "'clusterIP':'10.96.0.20','ports':[{'name':'http','port':80}]")
                .slice(
                        "shop",
                        "web",
                        HTTP,
                        "{'addresses':['10.244.1.5']},{'addresses':['10.244.1.6'],'conditions':{'ready':false}},"
                                + "{'addresses':['10.244.2.5'],'conditions':{'ready':true}}")
                .put(
                        "endpointslices",
                        "shop",
                        "web-2",
                        "{'metadata':{'labels':{'kubernetes.io/service-name':'web'}},'ports':[" + HTTP
                                + "],'endpoints':[{'addresses':['10.244.1.5']},{'addresses':['10.244.3.5']}]}");
        assertEquals(Map.of("10.96.0.20:80/tcp", "10.244.1.5:8080 10.244.2.5:8080 10.244.3.5:8080"), routes());
    }

    @Test
    void ports_are_matched_by_name_and_protocol() {
        images.service(
                        "shop",
                        "dns",
                        "'clusterIP':'10.96.0.20','ports':[{'name':'t','port':53},{'name':'u','port':53,'protocol':'UDP'},{'name':'x','port':9}]")
                .slice(
                        "shop",
                        "dns",
                        "{'name':'t','port':5300,'protocol':'TCP'},{'name':'u','port':5301,'protocol':'UDP'},{'name':'x','port':1,'protocol':'UDP'}",
                        "{'addresses':['10.244.1.5']}");
        assertEquals(
                Map.of(
                        "10.96.0.20:53/tcp", "10.244.1.5:5300",
                        "10.96.0.20:53/udp", "10.244.1.5:5301",
                        "10.96.0.20:9/tcp", "refuse"),
                routes());
    }

    @Test
    void with_no_ready_endpoint_those_that_terminate_but_serve_go_on() {
        images.service("shop", "web", "'clusterIP':'10.96.0.20','ports':[{'name':'http','port':80}]")
                .slice(
                        "shop",
                        "web",
                        HTTP,
                        "{'addresses':['10.244.1.5'],'conditions':{'ready':false,'serving':true,'terminating':true}},"
                                + "{'addresses':['10.244.1.6'],'conditions':{'ready':false,'serving':false,'terminating':true}}");
        assertEquals(Map.of("10.96.0.20:80/tcp", "10.244.1.5:8080"), routes());
    }

    @Test
    void a_service_without_endpoints_refuses_connections() {
        images.service("shop", "web", "'clusterIP':'10.96.0.20','ports':[{'name':'http','port':80,'nodePort':30080}]");
        assertEquals(Map.of("10.96.0.20:80/tcp", "refuse", "0.0.0.0:30080/tcp", "refuse"), routes());
    }

    @Test
    void node_ports_external_ips_and_load_balancer_addresses_lead_where_the_cluster_ip_does() {
        images.put(
                        "services",
                        "shop",
                        "web",
                        "{'metadata':{},'spec':{'type':'LoadBalancer','clusterIP':'10.96.0.20','externalIPs':['192.0.2.7'],"
                                + "'ports':[{'name':'http','port':80,'nodePort':30080}]},"
                                + "'status':{'loadBalancer':{'ingress':[{'ip':'192.0.2.8'},{'hostname':'x'}]}}}")
                .slice("shop", "web", HTTP, "{'addresses':['10.244.1.5']}");
        assertEquals(
                Map.of(
                        "10.96.0.20:80/tcp", "10.244.1.5:8080",
                        "192.0.2.7:80/tcp", "10.244.1.5:8080",
                        "192.0.2.8:80/tcp", "10.244.1.5:8080",
                        "0.0.0.0:30080/tcp", "10.244.1.5:8080"),
                routes());
    }

    @Test
    void external_ips_are_taken_from_the_allowed_ranges_alone() {
        images.service(
                "shop",
                "web",
                "'clusterIP':'10.96.0.20','externalIPs':['192.0.2.7','198.51.100.9'],'ports':[{'name':'http','port':80}]");

        assertEquals(
                Set.of("10.96.0.20:80/tcp"),
                routes(Services.of(images.current())).keySet());
        assertEquals(
                Set.of("10.96.0.20:80/tcp", "192.0.2.7:80/tcp"),
                routes(Services.allowing(Set.of(Ipv4Range.of("192.0.2.0/24"))).next(images.current()))
                        .keySet());
    }

    @Test
    void local_traffic_policies_keep_to_this_machines_endpoints_and_are_silent_where_there_are_none() {
        String here = "{'addresses':['10.244.1.5'],'nodeName':'one'},{'addresses':['10.244.9.5'],'nodeName':'far'}";
        images.service(
                        "shop",
                        "a",
                        "'clusterIP':'10.96.0.20','externalTrafficPolicy':'Local','ports':[{'name':'http','port':80,'nodePort':30080}]")
                .slice("shop", "a", HTTP, here)
                .service(
                        "shop",
                        "b",
                        "'clusterIP':'10.96.0.21','internalTrafficPolicy':'Local','ports':[{'name':'http','port':80,'nodePort':30081}]")
                .slice("shop", "b", HTTP, "{'addresses':['10.244.9.5'],'nodeName':'far'}");
        assertEquals(
                Map.of(
                        "10.96.0.20:80/tcp", "10.244.1.5:8080 10.244.9.5:8080",
                        "0.0.0.0:30080/tcp", "10.244.1.5:8080",
                        "10.96.0.21:80/tcp", "discard",
                        "0.0.0.0:30081/tcp", "10.244.9.5:8080"),
                routes());
    }

    @Test
    void headless_services_and_aliases_have_no_routes() {
        images.service("shop", "db", "'clusterIP':'None','ports':[{'name':'http','port':80}]")
                .slice("shop", "db", HTTP, "{'addresses':['10.244.1.5']}")
                .service("shop", "mail", "'type':'ExternalName','externalName':'x.example','ports':[{'port':80}]");
        assertEquals(Map.of(), routes());
    }

    @Test
    void the_kubernetes_service_leads_to_the_gateways_address() {
        images.service("default", "kubernetes", "'clusterIP':'10.96.0.1','ports':[{'name':'https','port':443}]")
                .slice(
                        "default",
                        "kubernetes",
                        "{'name':'https','protocol':'TCP','port':6443}",
                        "{'addresses':['10.244.1.1']}");
        assertEquals(Map.of("10.96.0.1:443/tcp", "10.244.1.1:6443"), routes());
    }

    @Test
    void host_ports_yield_to_services_and_may_be_bound_to_one_address() {
        images.service("shop", "web", "'clusterIP':'10.96.0.20','ports':[{'name':'http','port':80,'nodePort':30080}]");
        Target pod = new Target(Ipv4.of("10.244.1.9"), 80);
        assertEquals(
                Map.of(
                        "10.96.0.20:80/tcp", "refuse",
                        "0.0.0.0:30080/tcp", "refuse",
                        "0.0.0.0:8080/tcp", "10.244.1.9:80",
                        "192.0.2.2:53/udp", "10.244.1.9:80"),
                routes(
                        new HostPortMapping(new Frontend(Ipv4.ANY, Protocol.TCP, 30080), pod),
                        new HostPortMapping(new Frontend(Ipv4.ANY, Protocol.TCP, 8080), pod),
                        new HostPortMapping(new Frontend(Ipv4.of("192.0.2.2"), Protocol.UDP, 53), pod)));
    }

    @Test
    void addresses_that_are_none_or_belong_to_the_machine_are_left_out() {
        images.service(
                        "shop",
                        "evil",
                        "'clusterIP':'10.96.0.10','externalIPs':['127.0.0.1','0.0.0.0','224.0.0.1','10.0.0.1 } ; flush ruleset','::1'],"
                                + "'ports':[{'name':'http','port':53},{'port':-1},{'port':70000},{'port':80,'protocol':'ICMP'}]")
                .slice(
                        "shop",
                        "evil",
                        HTTP,
                        "{'addresses':['127.0.0.1']},{'addresses':['0.0.0.0']},{'addresses':['x']},{'addresses':[]},{}");
        assertEquals(Map.of(), routes());
    }

    @Test
    void slices_of_other_families_are_passed_over() {
        images.service(
                        "shop",
                        "web",
                        "'clusterIP':'10.96.0.20','clusterIPs':['10.96.0.20','fd00::1'],'ports':[{'name':'http','port':80}]")
                .put(
                        "endpointslices",
                        "shop",
                        "six",
                        "{'metadata':{'labels':{'kubernetes.io/service-name':'web'}},'addressType':'IPv6','ports':["
                                + HTTP + "],'endpoints':[{'addresses':['fd00::5']}]}");
        assertEquals(Map.of("10.96.0.20:80/tcp", "refuse"), routes());
    }

    private ProxyRules rules() {
        return PLAN.rules(Services.of(images.current()), List.of());
    }

    @Test
    void affinity_has_the_services_timeout() {
        images.service(
                        "shop",
                        "web",
                        "'clusterIP':'10.96.0.20','sessionAffinity':'ClientIP',"
                                + "'sessionAffinityConfig':{'clientIP':{'timeoutSeconds':10}},'ports':[{'name':'http','port':80}]")
                .slice("shop", "web", HTTP, "{'addresses':['10.244.1.5']}");
        assertEquals(Map.of("10.96.0.20:80/tcp", "sticky 10 10.244.1.5:8080"), routes());
    }

    /** As kube-proxy: the policy is for clients outside. */
    @Test
    void clients_within_the_cluster_reach_all_endpoints_of_an_external_policy_that_is_local() {
        images.put(
                        "services",
                        "shop",
                        "web",
                        "{'metadata':{},'spec':{'type':'LoadBalancer','clusterIP':'10.96.0.20','externalTrafficPolicy':'Local',"
                                + "'ports':[{'name':'http','port':80,'nodePort':30080}]},"
                                + "'status':{'loadBalancer':{'ingress':[{'ip':'192.0.2.8','ipMode':'VIP'},{'ip':'192.0.2.9','ipMode':'Proxy'}]}}}")
                .slice("shop", "web", HTTP, "{'addresses':['10.244.9.5'],'nodeName':'far'}");
        assertEquals(
                Map.of(
                        "10.96.0.20:80/tcp", "10.244.9.5:8080",
                        "192.0.2.8:80/tcp", "discard",
                        "0.0.0.0:30080/tcp", "discard"),
                routes());
        ProxyRules rules = rules();
        assertEquals(
                Set.of(
                        new Frontend(Ipv4.of("192.0.2.8"), Protocol.TCP, 80),
                        new Frontend(Ipv4.ANY, Protocol.TCP, 30080)),
                rules.shortcuts().keySet());
        rules.shortcuts().values().forEach(route -> assertEquals("10.244.9.5:8080", show(route)));
    }

    @Test
    void a_load_balancers_addresses_are_for_its_source_ranges() {
        images.put(
                "services",
                "shop",
                "web",
                "{'metadata':{},'spec':{'type':'LoadBalancer','clusterIP':'10.96.0.20','ports':[{'name':'http','port':80,'nodePort':30080}],"
                        + "'loadBalancerSourceRanges':['10.0.0.0/8',' 10.1.0.0/16 ','fd00::/8']},"
                        + "'status':{'loadBalancer':{'ingress':[{'ip':'192.0.2.8'}]}}}");
        assertEquals(
                Map.of(
                        new Frontend(Ipv4.of("192.0.2.8"), Protocol.TCP, 80),
                        new TreeSet<>(Set.of(Ipv4Range.of("10.0.0.0/8")))),
                rules().sources());
    }

    @Test
    void source_ranges_of_another_family_allow_no_client_and_the_widest_all() {
        for (String range : List.of("fd00::/8", "0.0.0.0/0")) {
            images.put(
                    "services",
                    "shop",
                    "web",
                    "{'metadata':{},'spec':{'type':'LoadBalancer','clusterIP':'10.96.0.20','ports':[{'name':'http','port':80}],"
                            + "'loadBalancerSourceRanges':['" + range
                            + "']},'status':{'loadBalancer':{'ingress':[{'ip':'192.0.2.8'}]}}}");
            assertEquals(range.startsWith("0") ? 0 : 1, rules().sources().size());
        }
    }

    @Test
    void endpoints_are_preferred_by_the_hints_for_this_machines_nodes_and_zones() {
        images.service("shop", "web", "'clusterIP':'10.96.0.20','ports':[{'name':'http','port':80}]");
        String here = "{'addresses':['10.244.1.5'],'hints':{'forZones':[{'name':'z1'}],'forNodes':[{'name':'one'}]}}";
        String zone = "{'addresses':['10.244.5.5'],'hints':{'forZones':[{'name':'z1'}],'forNodes':[{'name':'six'}]}}";
        String far = "{'addresses':['10.244.9.5'],'hints':{'forZones':[{'name':'z9'}],'forNodes':[{'name':'far'}]}}";
        images.slice("shop", "web", HTTP, String.join(",", here, zone, far));
        assertEquals(Map.of("10.96.0.20:80/tcp", "10.244.1.5:8080"), routes());

        images.slice("shop", "web", HTTP, String.join(",", zone, far));
        assertEquals(Map.of("10.96.0.20:80/tcp", "10.244.5.5:8080 10.244.9.5:8080"), routes(), "the zone is unknown");
        images.put("nodes", "", "one", "{'metadata':{'labels':{'topology.kubernetes.io/zone':'z1'}}}");
        assertEquals(Map.of("10.96.0.20:80/tcp", "10.244.5.5:8080"), routes());

        images.slice("shop", "web", HTTP, String.join(",", zone, far, "{'addresses':['10.244.7.5']}"));
        assertEquals(
                Map.of("10.96.0.20:80/tcp", "10.244.5.5:8080 10.244.7.5:8080 10.244.9.5:8080"),
                routes(),
                "one has no hint");
    }

    @Test
    void the_health_of_a_local_service_counts_this_machines_ready_endpoints() {
        images.service(
                        "shop",
                        "web",
                        "'type':'LoadBalancer','clusterIP':'10.96.0.20','externalTrafficPolicy':'Local','healthCheckNodePort':30999,"
                                + "'ports':[{'name':'http','port':80}]")
                .slice(
                        "shop",
                        "web",
                        HTTP,
                        "{'addresses':['10.244.1.5'],'nodeName':'one'},{'addresses':['10.244.9.5'],'nodeName':'far'},"
                                + "{'addresses':['10.244.1.6'],'nodeName':'two','conditions':{'ready':false,'serving':true,'terminating':true}}");
        assertEquals(
                Map.of(30999, new ServiceHealth(new ServiceName("shop", "web"), 1)),
                PLAN.health(Services.of(images.current())));
    }

    @Test
    void a_sticky_service_moves_only_the_clients_of_an_endpoint_that_goes() {
        images.service(
                "shop",
                "web",
                "'clusterIP':'10.96.0.20','sessionAffinity':'ClientIP','ports':[{'name':'http','port':80}]");
        List<Target> three = slots("10.244.1.5", "10.244.1.6", "10.244.1.7");
        List<Target> two = slots("10.244.1.5", "10.244.1.7");
        assertEquals(StickySlots.COUNT, three.size());
        assertEquals(3, three.stream().distinct().count());
        for (int slot = 0; slot < StickySlots.COUNT; slot++) {
            Target before = three.get(slot);
            assertTrue(before.address().equals(Ipv4.of("10.244.1.6")) || before.equals(two.get(slot)));
        }
    }

    private List<Target> slots(String... addresses) {
        String endpoints = String.join(
                ",",
                List.of(addresses).stream()
                        .map(ip -> "{'addresses':['" + ip + "']}")
                        .toList());
        images.slice("shop", "web", HTTP, endpoints);
        Route route = PLAN.rules(Services.of(images.current()), List.of())
                .routes()
                .values()
                .iterator()
                .next();
        return ((Route.Sticky) route).slots();
    }
}
