package io.shiplog.command.kind.core.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pods a namespace takes. */
public class PodSecurityTest {
    private static final Actor ADMIN = new Actor("root", List.of("system:masters"));
    private static final String FINE =
            "'allowPrivilegeEscalation':false,'runAsNonRoot':true,'capabilities':{'drop':['ALL']},'seccompProfile':{'type':'RuntimeDefault'}";

    /** {@code [C} stands for the beginning of a list of containers. */
    private static ObjectNode pod(String spec) {
        String whole = spec.replace("[C", "[{'name':'a','image':'b'");
        return Samples.tree("{'metadata':{'name':'p','namespace':'shop'},'spec':{" + whole + "}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'hostPID':true,'hostNetwork':true,'containers':[C}] | host namespaces (hostNetwork=true, hostPID=true)",
                "'containers':[C,'securityContext':{'privileged':true}}] | privileged (container \"a\" must not set securityContext.privileged=true)",
                "'initContainers':[C,'securityContext':{'privileged':true}}],'containers':[] | privileged (container \"a\" must not set securityContext.privileged=true)",
                "'containers':[C}],'volumes':[{'name':'h','hostPath':{'path':'/'}}] | hostPath volumes (volume \"h\")",
                "'containers':[C,'ports':[{'containerPort':80,'hostPort':80}]}] | hostPort (container \"a\" uses hostPort 80)",
                "'containers':[C,'securityContext':{'capabilities':{'add':['SYS_ADMIN','CHOWN']}}}] | non-default capabilities (container \"a\" must not include \"SYS_ADMIN\" in securityContext.capabilities.add)",
                "'containers':[C,'securityContext':{'procMount':'Unmasked'}}] | procMount (container \"a\" must not set securityContext.procMount to \"Unmasked\")",
                "'securityContext':{'seccompProfile':{'type':'Unconfined'}},'containers':[C}] | seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")",
                "'securityContext':{'sysctls':[{'name':'kernel.msgmax','value':'1'}]},'containers':[C}] | forbidden sysctls (kernel.msgmax)",
                "'securityContext':{'seLinuxOptions':{'type':'spc_t','user':'u'}},'containers':[C}] | seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type \"spc_t\"; user may not be set)",
                "'containers':[C,'securityContext':{'appArmorProfile':{'type':'Unconfined'}}}] | forbidden AppArmor profiles (container \"a\" must not set AppArmor profile type to \"Unconfined\")",
                "'containers':[C,'livenessProbe':{'httpGet':{'host':'10.0.0.1','port':80}}}] | probe or lifecycle host (container \"a\" uses probe or lifecycle host \"10.0.0.1\")",
            })
    void what_baseline_does_not_allow(String spec, String violation) {
        assertEquals(List.of(violation), PodSecurity.violations(pod(spec), "baseline"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'containers':[C}],'volumes':[{'name':'v','emptyDir':{}}]",
                "'containers':[C,'ports':[{'containerPort':80}],'securityContext':{'runAsUser':0,'capabilities':{'add':['NET_BIND_SERVICE']}}}]",
                "'securityContext':{'sysctls':[{'name':'net.ipv4.tcp_syncookies','value':'1'}]},'containers':[C}]",
            })
    void what_baseline_allows(String spec) {
        assertEquals(List.of(), PodSecurity.violations(pod(spec), "baseline"));
    }

    @Test
    void restricted_wants_much_said() {
        assertEquals(
                List.of(
                        "allowPrivilegeEscalation != false (container \"a\" must set securityContext.allowPrivilegeEscalation=false)",
                        "unrestricted capabilities (container \"a\" must set securityContext.capabilities.drop=[\"ALL\"])",
                        "restricted volume types (volume \"h\" uses restricted volume type \"hostPath\")",
                        "runAsNonRoot != true (pod or container \"a\" must set securityContext.runAsNonRoot=true)",
                        "seccompProfile (pod or container \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")"),
                PodSecurity.violations(
                        pod("'containers':[C}],'volumes':[{'name':'h','hostPath':{'path':'/'}}]"), "restricted"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'runAsUser':0 | runAsUser=0 (container \"a\" must not set runAsUser=0)",
                "'runAsNonRoot':false | runAsNonRoot != true (container \"a\" must set securityContext.runAsNonRoot=true)",
                "'seccompProfile':{'type':'Unconfined'} | seccompProfile (container \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
                "'capabilities':{'drop':['ALL'],'add':['CHOWN']} | unrestricted capabilities (container \"a\" must not include \"CHOWN\" in securityContext.capabilities.add)",
            })
    void what_restricted_does_not_allow(String own, String violation) {
        String fine = String.join(
                ",",
                FINE.replaceAll("'capabilities':\\{'drop':\\['ALL'\\]\\}", "'x':1"),
                own.startsWith("'capabilities'") ? own : "'capabilities':{'drop':['ALL']}," + own);

        assertEquals(
                List.of(violation),
                PodSecurity.violations(pod("'containers':[C,'securityContext':{" + fine + "}}]"), "restricted"));
    }

    @Test
    void what_restricted_allows() {
        assertEquals(
                List.of(),
                PodSecurity.violations(
                        pod("'containers':[C,'securityContext':{" + FINE
                                + "}}],'volumes':[{'name':'v','projected':{'sources':[]}}]"),
                        "restricted"));
        assertEquals(
                List.of(),
                PodSecurity.violations(
                        pod(
                                "'securityContext':{'runAsNonRoot':true,'seccompProfile':{'type':'RuntimeDefault'}},"
                                        + "'containers':[C,'securityContext':{'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL'],'add':['NET_BIND_SERVICE']}}}]"),
                        "restricted"));
    }

    @ParameterizedTest
    @CsvSource({
        "privileged, ''",
        "baseline, baseline:latest",
        "restricted, restricted:latest",
        "'', restricted:latest",
        "typo, restricted:latest"
    })
    void the_label_of_the_namespace_decides(String label, String applied) {
        Refusal refusal =
                admit("{'metadata':{'name':'shop','labels':{'pod-security.kubernetes.io/enforce':'" + label + "'}}}");
        if (applied.isEmpty()) {
            assertNull(refusal);
            return;
        }
        assertEquals(403, java.util.Objects.requireNonNull(refusal).reason().code());
        assertEquals(
                "pods \"p\" is forbidden: violates PodSecurity \"" + applied + "\": host namespaces (hostPID=true)",
                refusal.message());
    }

    private static @Nullable Refusal admit(String namespace) {
        FakeState state = new FakeState()
                .with("namespaces", namespace)
                .with("serviceaccounts", "{'metadata':{'name':'default','namespace':'shop'}}");
        return Samples.strategy(ResourceType.core("pods"))
                .admitValid(
                        pod("'hostPID':true,'serviceAccountName':'default','containers':[C,'securityContext':{" + FINE
                                + "}}]"),
                        null,
                        ADMIN,
                        state);
    }

    private static List<String> warnings(String labels, ResourceType type, String object) {
        FakeState state = new FakeState().with("namespaces", "{'metadata':{'name':'shop','labels':{" + labels + "}}}");
        ObjectKey key = ObjectKey.of(type, "shop", "p");
        return PodSecurity.warnings(key, Samples.tree(object), null, state);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'pod-security.kubernetes.io/enforce':'privileged' | ",
                "'pod-security.kubernetes.io/warn':'baseline' | baseline:latest",
                "'pod-security.kubernetes.io/enforce':'baseline','pod-security.kubernetes.io/enforce-version':'v1.30' |"
                        + " baseline:v1.30",
                "'pod-security.kubernetes.io/enforce':'baseline','pod-security.kubernetes.io/warn':'privileged' | ",
                "'pod-security.kubernetes.io/warn':'typo' | ",
            })
    void a_pod_or_a_template_is_warned_of(String labels, String level) {
        List<String> expected = level == null
                ? List.of()
                : List.of("would violate PodSecurity \"" + level + "\": host namespaces (hostPID=true)");
        String pod = "{'spec':{'hostPID':true,'containers':[]}}";
        assertEquals(expected, warnings(labels, ResourceType.core("pods"), pod));
        assertEquals(
                expected,
                warnings(labels, new ResourceType("apps", "deployments"), "{'spec':{'template':" + pod + "}}"));
        assertEquals(List.of(), warnings(labels, ResourceType.core("configmaps"), pod));
    }

    @Test
    void a_stricter_namespace_warns_of_the_pods_that_it_has() {
        FakeState state = new FakeState()
                .with("pods", "{'metadata':{'name':'a','namespace':'shop'},'spec':{'hostPID':true,'containers':[]}}")
                .with("pods", "{'metadata':{'name':'b','namespace':'shop'},'spec':{'hostPID':true,'containers':[]}}");
        String namespace = "{'metadata':{'name':'shop','labels':{'pod-security.kubernetes.io/enforce':'LEVEL'}}}";
        assertEquals(
                List.of(
                        "existing pods in namespace \"shop\" violate the new PodSecurity enforce level \"baseline:latest\"",
                        "a (and 1 other pod): host namespaces"),
                PodSecurity.warnings(
                        ObjectKey.clusterScoped(ResourceType.core("namespaces"), "shop"),
                        Samples.tree(namespace.replace("LEVEL", "baseline")),
                        Samples.tree(namespace.replace("LEVEL", "privileged")),
                        state));
    }
}
