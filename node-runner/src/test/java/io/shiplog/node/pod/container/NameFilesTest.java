package io.shiplog.node.pod.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts files and resolver files. */
class NameFilesTest {
    private static final String CLUSTER =
            "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n";
    private static final String MACHINE = "search example.org\nnameserver 1.1.1.1\noptions timeout:2\n";

    private static String resolvConf(String spec) {
        return NameFiles.resolvConf(Pods.of(spec), "10.96.0.10", "cluster.local", Pods.SETTINGS.machineResolvConf());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | cluster",
                "{'dnsPolicy':'ClusterFirst'} | cluster",
                "{'dnsPolicy':'ClusterFirst','hostNetwork':true} | machine",
                "{'dnsPolicy':'ClusterFirstWithHostNet','hostNetwork':true} | cluster",
                "{'dnsPolicy':'Default'} | machine",
            })
    void thePolicySaysWhoseNameServerItIs(String spec, String whose) {
        assertEquals(whose.equals("cluster") ? CLUSTER : MACHINE, resolvConf(spec));
    }

    @Test
    void theHostNameIsTheOneThatThePodAsksFor() {
        assertEquals("other", NameFiles.hostname(Pods.of("{'hostnameOverride':'other','hostname':'h'}")));
        assertEquals(
                "h.s.default.svc.cluster.local",
                NameFiles.kernelHostname(
                        Pods.of("{'setHostnameAsFQDN':true,'hostname':'h','subdomain':'s'}"), "cluster.local"));
        assertEquals("web", NameFiles.kernelHostname(Pods.of("{'setHostnameAsFQDN':true}"), "cluster.local"));
    }

    @Test
    void givenAnOverriddenHostname_whenThePodHasASubdomainToo_thenTheNameHasNoDomain() {
        DesiredPod pod = Pods.of("{'hostnameOverride':'over.example','hostname':'h','subdomain':'s'}");

        assertEquals("over.example", NameFiles.kernelHostname(pod, "cluster.local"));
        String hosts = NameFiles.hosts(pod, List.of("10.244.0.5"), "cluster.local");
        assertTrue(hosts.endsWith("\n10.244.0.5\tover.example\n"), hosts);
    }

    @Test
    void givenAnOverriddenHostnameBeyondLinuxsLimit_thenItIsTruncatedAsEachOther() {
        String name = "a".repeat(62) + ".example";

        assertEquals("a".repeat(62), NameFiles.hostname(Pods.of("{'hostnameOverride':'" + name + "'}")));
    }

    @Test
    void aPodMayHaveNothingButItsOwn() {
        String own = resolvConf("{'dnsPolicy':'None','dnsConfig':{'nameservers':['9.9.9.9'],'searches':['x.y'],"
                + "'options':[{'name':'ndots','value':'2'},{'name':'edns0'}]}}");

        assertEquals("search x.y\nnameserver 9.9.9.9\noptions ndots:2 edns0\n", own);
    }

    @Test
    void itsOwnOptionsWinOverTheClusters() {
        assertTrue(resolvConf("{'dnsConfig':{'options':[{'name':'ndots','value':'1'}]}}")
                .endsWith("options ndots:1\n"));
    }

    @Test
    void noMoreThanThreeNameServersAreSaid() {
        String many = resolvConf("{'dnsConfig':{'nameservers':['1.0.0.1','1.0.0.2','1.0.0.3']}}");

        assertEquals(
                3, many.lines().filter(line -> line.startsWith("nameserver ")).count());
    }

    @Test
    void theHostsFileKnowsThePodAndItsAliases() {
        String hosts = NameFiles.hosts(
                Pods.of("{'hostname':'db','subdomain':'dbs','hostAliases':[{'ip':'1.2.3.4','hostnames':['a','b']}]}"),
                List.of("10.244.0.5"),
                "cluster.local");

        assertTrue(hosts.startsWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n"));
        assertTrue(hosts.contains("\n10.244.0.5\tdb.dbs.default.svc.cluster.local\tdb\n"), hosts);
        assertTrue(hosts.endsWith("\n# Entries added by HostAliases.\n1.2.3.4\ta\tb\n"), hosts);
    }
}
