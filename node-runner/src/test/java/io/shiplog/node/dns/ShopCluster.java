package io.shiplog.node.dns;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.Services;
import java.nio.file.Path;

/** The cluster that the name server's tests ask about: one of each kind of Service. */
final class ShopCluster {
    static final DnsConfig CONFIG = config(Path.of("/nonexistent"));

    private ShopCluster() {}

    static DnsConfig config(Path resolvConf) {
        return new DnsConfig(
                "cluster.local",
                Ipv4.of("127.0.0.1"),
                0,
                Ipv4Range.of("10.244.0.0/16"),
                Ipv4Range.of("10.96.0.0/12"),
                resolvConf);
    }

    static ScriptedImages images() {
        String db = "{'addresses':['10.244.1.5'],'hostname':'db-0','conditions':{'ready':true}},"
                + "{'addresses':['10.244.2.6'],'hostname':'db-1','conditions':{'ready':true}},"
                + "{'addresses':['10.244.2.7'],'conditions':{'ready':true}},"
                + "{'addresses':['10.244.2.8'],'hostname':'db-3','conditions':{'ready':false}}";
        return new ScriptedImages()
                .put("namespaces", "", "quiet", "{'metadata':{}}")
                .service(
                        "shop",
                        "web",
                        "'clusterIP':'10.96.0.20','ports':[{'name':'http','port':80},{'name':'dns','port':53,'protocol':'UDP'}]")
                .slice(
                        "shop",
                        "web",
                        "{'name':'http','protocol':'TCP','port':8080}",
                        "{'addresses':['10.244.1.9'],'hostname':'first'}")
                .service("shop", "db", "'clusterIP':'None','ports':[{'name':'sql','port':5432}]")
                .slice("shop", "db", "{'name':'sql','protocol':'TCP','port':5433}", db)
                .service("shop", "none", "'clusterIP':'None','ports':[{'name':'sql','port':5432}]")
                .service("shop", "mail", "'type':'ExternalName','externalName':'smtp.example.com'")
                .service("shop", "inner", "'type':'ExternalName','externalName':'web.shop.svc.cluster.local'")
                .service("shop", "loop", "'type':'ExternalName','externalName':'loop.shop.svc.cluster.local'")
                .service("default", "kubernetes", "'clusterIP':'10.96.0.1','ports':[{'name':'https','port':443}]")
                .put(
                        "pods",
                        "shop",
                        "web-1",
                        "{'metadata':{},'status':{'podIP':'10.244.1.9','podIPs':[{'ip':'10.244.1.9'}]}}");
    }

    static ClusterNames names() {
        ScriptedImages images = images();
        return ClusterNames.of(images.current(), Services.of(images.current()));
    }
}
