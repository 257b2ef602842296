package io.shiplog.projections.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RbacAuthorizerTest {
    private static final Actor BOB = new Actor("bob", List.of("system:authenticated"));
    private static final Actor ADMIN = new Actor("kubernetes-admin", List.of("system:masters", "system:authenticated"));
    private static final Actor SHOP = new Actor(
            "system:serviceaccount:shop:default",
            List.of("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"));

    private final RbacAuthorizer authorizer = new RbacAuthorizer();

    @Test
    void masters_may_do_all_even_without_any_policy() {
        assertTrue(may(new Policies(), ADMIN, "delete", "nodes", "", ""));
    }

    @Test
    void without_a_binding_nothing_is_allowed() {
        Access access = ask(Policies.byDefault(), BOB, "list", "pods", "", "shop");

        assertEquals(new Access(false, ""), access);
    }

    @Test
    void a_cluster_role_binding_reaches_every_namespace_and_says_why() {
        Policies policies = Policies.byDefault().bindCluster("bobs", "view", "User bob");

        Access access = ask(policies, BOB, "list", "pods", "", "shop");

        assertEquals(
                new Access(
                        true, "RBAC: allowed by ClusterRoleBinding \"bobs\" of ClusterRole \"view\" to User \"bob\""),
                access);
        assertTrue(may(policies, BOB, "watch", "pods", "", ""));
        assertFalse(may(policies, BOB, "delete", "pods", "", "shop"));
        assertFalse(may(policies, BOB, "get", "secrets", "", "shop"));
    }

    @Test
    void a_role_binding_stays_in_its_namespace() {
        Policies policies =
                Policies.byDefault().bind("shop", "readers", "ClusterRole", "view", "ServiceAccount default");

        Access access = ask(policies, SHOP, "get", "pods", "log", "shop");

        assertEquals(
                "RBAC: allowed by RoleBinding \"readers/shop\" of ClusterRole \"view\" to ServiceAccount \"default/shop\"",
                access.reason());
        assertFalse(may(policies, SHOP, "get", "pods", "", "bank"));
        assertFalse(may(policies, SHOP, "list", "pods", "", ""));
    }

    @Test
    void groups_are_subjects_too() {
        Policies policies = Policies.byDefault()
                .role("shop", "reader", "[{'verbs':['get'],'apiGroups':[''],'resources':['configmaps']}]")
                .bind("shop", "r", "Role", "reader", "Group system:serviceaccounts:shop");

        assertTrue(may(policies, SHOP, "get", "configmaps", "", "shop"));
        assertFalse(may(policies, BOB, "get", "configmaps", "", "shop"));
    }

    @Test
    void a_binding_to_a_role_that_is_missing_is_named_in_the_refusal() {
        Policies policies = new Policies().bindCluster("bobs", "veiw", "User bob");

        Access access = ask(policies, BOB, "list", "pods", "", "shop");

        assertEquals(new Access(false, "RBAC: clusterrole.rbac.authorization.k8s.io \"veiw\" not found"), access);
    }

    @Test
    void a_role_of_another_namespace_is_no_role_here() {
        Policies policies = new Policies()
                .role("bank", "reader", "[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]")
                .bind("shop", "r", "Role", "reader", "User bob");

        assertFalse(may(policies, BOB, "get", "pods", "", "shop"));
        assertFalse(may(policies, BOB, "get", "pods", "", "bank"));
    }

    @Test
    void a_change_of_a_role_counts_at_once_and_so_does_the_removal_of_a_binding() {
        Policies policies = new Policies()
                .clusterRole("r", "[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]")
                .bindCluster("b", "r", "User bob");
        assertTrue(may(policies, BOB, "get", "pods", "", "shop"));

        policies.clusterRole("r", "[{'verbs':['list'],'apiGroups':[''],'resources':['pods']}]");
        assertFalse(may(policies, BOB, "get", "pods", "", "shop"));
        assertTrue(may(policies, BOB, "list", "pods", "", "shop"));

        policies.remove(ObjectKey.clusterScoped(RbacIndex.CLUSTER_ROLE_BINDINGS, "b"));
        assertFalse(may(policies, BOB, "list", "pods", "", "shop"));
    }

    @Test
    void an_image_of_the_past_is_judged_by_the_roles_of_the_past() {
        Policies policies = new Policies()
                .clusterRole("r", "[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]")
                .bindCluster("b", "r", "User bob");
        var past = policies.image();
        policies.clusterRole("r", "[]");
        AccessRequest request = AccessRequest.resource(BOB, "get", "", "pods", "", "shop", "a");

        assertFalse(authorizer.authorize(policies.image(), request).allowed());
        assertTrue(authorizer.authorize(past, request).allowed());
        assertFalse(authorizer.authorize(policies.image(), request).allowed());
    }

    @Test
    void an_aggregated_role_has_the_rules_of_the_roles_that_it_selects_and_of_theirs() {
        Policies policies = new Policies()
                .object(
                        RbacIndex.CLUSTER_ROLES,
                        "",
                        "outer",
                        "{'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'to':'outer'}}]}}")
                .object(
                        RbacIndex.CLUSTER_ROLES,
                        "",
                        "inner",
                        "{'metadata':{'labels':{'to':'outer'}},'aggregationRule':{'clusterRoleSelectors':[{'matchExpressions':"
                                + "[{'key':'to','operator':'In','values':['inner']}]},{'matchLabels':{'to':'outer'}}]}}")
                .object(
                        RbacIndex.CLUSTER_ROLES,
                        "",
                        "leaf",
                        "{'metadata':{'labels':{'to':'inner'}},'rules':[{'verbs':['get'],'apiGroups':['x.io'],'resources':['toys']}]}")
                .bindCluster("b", "outer", "User bob");

        assertTrue(authorizer
                .authorize(policies.image(), AccessRequest.resource(BOB, "get", "x.io", "toys", "", "shop", ""))
                .allowed());
        assertFalse(may(policies, BOB, "get", "pods", "", "shop"));
    }

    @ParameterizedTest
    @CsvSource({
        "pods, pods, '', true",
        "pods, pods, log, false",
        "pods/log, pods, log, true",
        "pods/log, pods, '', false",
        "*, pods, log, true",
        "*/scale, deployments, scale, true",
        "*/scale, deployments, status, false",
        "*/scale, deployments, '', false",
        "deployments/scale, xdeployments, scale, false",
        "pods/*, pods, log, false",
    })
    void resources_and_subresources_match_as_in_kubernetes(
            String rule, String resource, String subresource, boolean allowed) {
        Policies policies = new Policies()
                .clusterRole("r", "[{'verbs':['get'],'apiGroups':['*'],'resources':['%s']}]".formatted(rule))
                .bindCluster("b", "r", "User bob");

        assertEquals(allowed, may(policies, BOB, "get", resource, subresource, "shop"));
    }

    @Test
    void resource_names_bind_a_rule_to_objects_and_so_to_no_list() {
        Policies policies = new Policies()
                .clusterRole("r", "[{'verbs':['*'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']}]")
                .bindCluster("b", "r", "User bob");

        assertTrue(named(policies, BOB, "get", "pods", "shop", "a"));
        assertFalse(named(policies, BOB, "get", "pods", "shop", "b"));
        assertFalse(named(policies, BOB, "list", "pods", "shop", ""));
    }

    @ParameterizedTest
    @CsvSource({"/api/v1, true", "/apis, true", "/version, true", "/metrics, false", "/healthz/etcd, false"})
    void everybody_known_may_discover(String path, boolean allowed) {
        Access access = authorizer.authorize(Policies.byDefault().image(), AccessRequest.nonResource(BOB, "get", path));

        assertEquals(allowed, access.allowed());
    }

    @Test
    void the_anonymous_may_see_the_version_and_no_more() {
        Actor anonymous = new Actor("system:anonymous", List.of("system:unauthenticated"));
        var image = Policies.byDefault().image();

        assertTrue(authorizer
                .authorize(image, AccessRequest.nonResource(anonymous, "get", "/version"))
                .allowed());
        assertFalse(authorizer
                .authorize(image, AccessRequest.nonResource(anonymous, "get", "/api"))
                .allowed());
    }

    @Test
    void a_node_reads_what_its_own_pods_refer_to_and_nothing_else() {
        ResourceType pods = ResourceType.core("pods");
        Policies policies = Policies.byDefault()
                .object(
                        pods,
                        "shop",
                        "mine",
                        "{'spec':{'nodeName':'n1','serviceAccountName':'web','volumes':[{'secret':{'secretName':'tls'}},"
                                + "{'projected':{'sources':[{'configMap':{'name':'ca'}}]}}],'containers':[{'env':"
                                + "[{'valueFrom':{'secretKeyRef':{'name':'db'}}}]}]}}")
                .object(pods, "shop", "other", "{'spec':{'nodeName':'n2','imagePullSecrets':[{'name':'pull'}]}}");
        Actor node = Actor.node("n1");

        assertTrue(named(policies, node, "get", "secrets", "shop", "tls"));
        assertTrue(named(policies, node, "get", "secrets", "shop", "db"));
        assertTrue(named(policies, node, "watch", "configmaps", "shop", "ca"));
        assertTrue(named(policies, node, "get", "serviceaccounts", "shop", "web"));
        assertFalse(named(policies, node, "get", "secrets", "shop", "pull"));
        assertFalse(named(policies, node, "get", "secrets", "bank", "tls"));
        assertFalse(named(policies, node, "list", "secrets", "shop", ""));
        assertFalse(named(policies, node, "delete", "secrets", "shop", "tls"));
        assertEquals(
                "no relationship found between node 'n1' and this object",
                authorizer
                        .authorize(
                                policies.image(), AccessRequest.resource(node, "get", "", "secrets", "", "shop", "x"))
                        .reason());
    }

    @Test
    void a_node_changes_itself_its_lease_and_its_pods_alone() {
        Policies policies = Policies.byDefault()
                .object(ResourceType.core("pods"), "shop", "mine", "{'spec':{'nodeName':'n1'}}")
                .object(ResourceType.core("pods"), "shop", "other", "{'spec':{'nodeName':'n2'}}");
        Actor node = Actor.node("n1");

        assertTrue(allowed(policies, node, "patch", "", "nodes", "status", "", "n1"));
        assertFalse(allowed(policies, node, "patch", "", "nodes", "status", "", "n2"));
        assertTrue(allowed(policies, node, "update", "", "pods", "status", "shop", "mine"));
        assertFalse(allowed(policies, node, "update", "", "pods", "status", "shop", "other"));
        assertFalse(allowed(policies, node, "update", "", "pods", "", "shop", "mine"));
        assertTrue(allowed(policies, node, "update", "coordination.k8s.io", "leases", "", "kube-node-lease", "n1"));
        assertFalse(allowed(policies, node, "update", "coordination.k8s.io", "leases", "", "kube-node-lease", "n2"));
        assertFalse(allowed(policies, node, "update", "coordination.k8s.io", "leases", "", "shop", "n1"));
    }

    @Test
    void users_cannot_grant_rights_that_they_do_not_have() {
        Policies policies = Policies.byDefault().bind("shop", "e", "ClusterRole", "edit", "User bob");
        List<PolicyRule> modest = List.of(rule(List.of("get", "list"), "", "pods"));
        List<PolicyRule> bold = List.of(rule(List.of("get", "escalate"), "", "pods"), rule(List.of("*"), "*", "*"));

        assertTrue(authorizer.covers(policies.image(), BOB, "shop", modest));
        assertFalse(authorizer.covers(policies.image(), BOB, "bank", modest));
        assertFalse(authorizer.covers(policies.image(), BOB, "shop", bold));
        assertTrue(authorizer.covers(policies.image(), ADMIN, "", bold));
        List<PolicyRule> uncovered = authorizer.uncovered(policies.image()::list, BOB, "shop", bold);
        assertEquals(
                "user \"bob\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"escalate\"]}\n"
                        + "{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}",
                RbacAuthorizer.escalation(BOB, uncovered));
    }

    @Test
    void rules_are_listed_for_a_namespace_with_those_of_the_cluster() {
        Policies policies = Policies.byDefault().bind("shop", "v", "ClusterRole", "view", "User bob");

        List<PolicyRule> here = authorizer.rulesFor(policies.image(), BOB, "shop");
        List<PolicyRule> elsewhere = authorizer.rulesFor(policies.image(), BOB, "bank");

        assertTrue(here.size() > elsewhere.size());
        assertTrue(elsewhere.stream().anyMatch(rule -> rule.nonResourceUrls().contains("/api/*")));
    }

    @Test
    void a_missing_role_has_no_rules_and_a_present_one_has_its_own() {
        Policies policies = Policies.byDefault();

        assertNull(authorizer.rulesOf(policies.image()::list, "ClusterRole", "nobody", ""));
        List<PolicyRule> admin = authorizer.rulesOf(policies.image()::list, "ClusterRole", "cluster-admin", "");
        assertNotNull(admin);
        assertEquals(2, Objects.requireNonNull(admin).size());
    }

    private static PolicyRule rule(List<String> verbs, String group, String resource) {
        return new PolicyRule(verbs, List.of(group), List.of(resource), List.of(), List.of());
    }

    private Access ask(
            Policies policies, Actor actor, String verb, String resource, String subresource, String namespace) {
        return authorizer.authorize(
                policies.image(), AccessRequest.resource(actor, verb, "", resource, subresource, namespace, ""));
    }

    private boolean may(
            Policies policies, Actor actor, String verb, String resource, String subresource, String namespace) {
        return ask(policies, actor, verb, resource, subresource, namespace).allowed();
    }

    private boolean named(Policies policies, Actor actor, String verb, String resource, String namespace, String name) {
        return allowed(policies, actor, verb, "", resource, "", namespace, name);
    }

    private boolean allowed(
            Policies policies,
            Actor actor,
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name) {
        AccessRequest request = AccessRequest.resource(actor, verb, group, resource, subresource, namespace, name);
        return authorizer.authorize(policies.image(), request).allowed();
    }
}
