package io.shiplog.projections.access;

import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides like kube-apiserver with {@code --authorization-mode=Node,RBAC}: the group {@code system:masters} may do everything,
 * a node what its pods need, all others what their bound roles allow. A function of the image; between calls it keeps only
 * indexes of the image's roles.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">Using RBAC Authorization</a>
 */
public final class RbacAuthorizer implements Authorizer {
    /** Users of this group skip authorization, so that a broken policy can be repaired. */
    public static final String MASTERS = "system:masters";
    /** The number of cached policies: the current one and some of earlier moments. */
    private static final int MAX_INDEXES = 8;

    private volatile Arranged newest = new Arranged(Policy.NONE, RbacIndex.EMPTY);
    private final Map<Policy, RbacIndex> earlier = new LinkedHashMap<>(MAX_INDEXES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Policy, RbacIndex> eldest) {
            return size() > MAX_INDEXES;
        }
    };

    /** Identifies a policy: the revisions of the last change of each RBAC type. */
    private record Policy(long roles, long roleBindings, long clusterRoles, long clusterRoleBindings) {
        private static final Policy NONE = new Policy(-1, -1, -1, -1);

        private static Policy of(Image image) {
            return new Policy(
                    image.changed(RbacIndex.ROLES),
                    image.changed(RbacIndex.ROLE_BINDINGS),
                    image.changed(RbacIndex.CLUSTER_ROLES),
                    image.changed(RbacIndex.CLUSTER_ROLE_BINDINGS));
        }
    }

    private record Arranged(Policy policy, RbacIndex index) {}

    @Override
    public Access authorize(Image image, AccessRequest request) {
        Actor actor = request.actor();
        if (actor.groups().contains(MASTERS)) {
            return new Access(true, "");
        }
        Access byRole = byRole(index(image), request);
        if (byRole.allowed()) {
            return byRole;
        }
        return actor.nodeName()
                .map(node -> NodeAccess.authorize(image, node, request))
                .orElse(byRole);
    }

    private static Access byRole(RbacIndex index, AccessRequest request) {
        RbacIndex.Grant grant = index.find(request.actor(), request.namespace(), each -> allows(each, request));
        return grant != null
                ? new Access(true, "RBAC: allowed by " + grant.source())
                : new Access(false, missingRoles(index, request));
    }

    private static boolean allows(RbacIndex.Grant grant, AccessRequest request) {
        for (PolicyRule rule : grant.rules()) {
            if (rule.allows(request)) {
                return true;
            }
        }
        return false;
    }

    /** Bindings to missing roles are named in the refusal: usually they are the typo that caused it. */
    private static String missingRoles(RbacIndex index, AccessRequest request) {
        Set<String> missing = new LinkedHashSet<>();
        index.find(request.actor(), request.namespace(), grant -> {
            if (grant.missing() != null) {
                missing.add(grant.missing());
            }
            return false;
        });
        if (missing.isEmpty()) {
            return "";
        }
        String all = String.join(", ", missing);
        return "RBAC: " + (missing.size() == 1 ? all : "[" + all + "]");
    }

    /**
     * All rules of an actor in a namespace, cluster-wide ones included: the answer to a SelfSubjectRulesReview.
     *
     * @param namespace empty for cluster-wide rules only
     */
    @Override
    public List<PolicyRule> rulesFor(Image image, Actor actor, String namespace) {
        return rulesFor(index(image), actor, namespace);
    }

    private static List<PolicyRule> rulesFor(RbacIndex index, Actor actor, String namespace) {
        List<PolicyRule> rules = new ArrayList<>();
        if (actor.groups().contains(MASTERS)) {
            rules.add(new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()));
            rules.add(new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));
        }
        index.find(actor, namespace, grant -> {
            rules.addAll(grant.rules());
            return false;
        });
        return rules;
    }

    /**
     * The rules of a referenced role, with those of aggregated ClusterRoles; null if there is no such role.
     *
     * @param kind {@code Role} or {@code ClusterRole}
     * @param namespace of the binding that refers to it
     * @param objects lists the objects of an RBAC type, as of the state in question
     */
    public @Nullable List<PolicyRule> rulesOf(
            Function<ResourceType, Collection<StoredObject>> objects, String kind, String name, String namespace) {
        return RbacIndex.of(objects, newest.index()).rulesOf(kind, name, namespace);
    }

    /** Whether an actor holds all of the rules in a namespace (empty: cluster-wide) of an image. */
    public boolean covers(Image image, Actor actor, String namespace, List<PolicyRule> rules) {
        return uncovered(rulesFor(image, actor, namespace), rules).isEmpty();
    }

    /**
     * The parts of the rules that an actor does not hold: a user may not write a role with rights, or bind one, beyond their
     * own.
     *
     * @param objects lists the objects of an RBAC type, as of the state in question
     * @param namespace of the role or binding, empty for cluster-scoped ones
     * @see <a
     *     href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping">Privilege
     *     escalation prevention</a>
     */
    public List<PolicyRule> uncovered(
            Function<ResourceType, Collection<StoredObject>> objects,
            Actor actor,
            String namespace,
            List<PolicyRule> rules) {
        return uncovered(rulesFor(RbacIndex.of(objects, newest.index()), actor, namespace), rules);
    }

    /** The number of rule parts named in a refusal: one is enough to refuse, and the message must be bounded. */
    static final int MAX_NAMED = 100;

    /** The number of rule parts checked; a role with more can be split. */
    static final int MAX_PARTS = 20_000;

    private static List<PolicyRule> uncovered(List<PolicyRule> held, List<PolicyRule> wanted) {
        return wanted.stream()
                .filter(rule -> held.stream().noneMatch(own -> own.coversAll(rule)))
                .flatMap(PolicyRule::singles)
                .limit(MAX_PARTS + 1L)
                .filter(new Countdown(held))
                .limit(MAX_NAMED)
                .toList();
    }

    /** Passes the parts that no held rule covers, and every part beyond the limit. */
    private static final class Countdown implements Predicate<PolicyRule> {
        private final List<PolicyRule> held;
        private int left = MAX_PARTS;

        Countdown(List<PolicyRule> held) {
            this.held = held;
        }

        @Override
        public boolean test(PolicyRule single) {
            return left-- <= 0 || held.stream().noneMatch(rule -> rule.covers(single));
        }
    }

    /** Kubernetes' message about rules that a user grants without holding them. Of many rules it names the first. */
    public static String escalation(Actor actor, List<PolicyRule> uncovered) {
        String groups = actor.groups().stream().map(g -> "\"" + g + "\"").collect(Collectors.joining(" ", "[", "]"));
        String rules = uncovered.stream().map(PolicyRule::compact).sorted().collect(Collectors.joining("\n"));
        String more = uncovered.size() < MAX_NAMED ? "" : "\n… and maybe more";
        return "user \"%s\" (groups=%s) is attempting to grant RBAC permissions not currently held:\n%s%s"
                .formatted(actor.user(), groups, rules, more);
    }

    private RbacIndex index(Image image) {
        Arranged arranged = newest;
        Policy policy = Policy.of(image);
        if (arranged.policy().equals(policy)) {
            return arranged.index();
        }
        synchronized (earlier) {
            RbacIndex index = earlier.get(policy);
            if (index == null) {
                index = RbacIndex.of(image::list, newest.index());
                earlier.put(policy, index);
            }
            newest = new Arranged(policy, index);
            return index;
        }
    }
}
