package io.shiplog.gateway.identity;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.GoQuote;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.image.Image;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code kubectl --as}: acting as another user, if permitted.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/">User impersonation</a>
 */
public final class Impersonation {
    private static final String USER = "Impersonate-User";
    private static final String GROUP = "Impersonate-Group";
    private static final String UID = "Impersonate-Uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String PREFIX = "impersonate-";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final Gatekeeper gatekeeper;

    public Impersonation(Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
    }

    /** The effective user: the actor, or the user that it impersonates. */
    public Checked<Actor> apply(Actor actor, MultiMap headers, Image image) {
        String user = headers.get(USER);
        List<String> groups = headers.getAll(GROUP);
        if (user == null && groups.isEmpty() && !other(headers)) {
            return Checked.ok(actor);
        }
        if (user == null) {
            return Checked.bad(
                    "requested &user.DefaultInfo{Name:\"\", UID:%s, Groups:[]string%s, Extra:map[string][]string%s} without impersonating a user name"
                            .formatted(
                                    GoQuote.of(Objects.requireNonNullElse(headers.get(UID), "")),
                                    list(groups),
                                    extra(headers)));
        }
        if (other(headers)) {
            return Checked.bad("only Impersonate-User and Impersonate-Group are supported");
        }
        Refusal refusal = gatekeeper.refusal(image, mayBe(actor, user));
        for (String group : groups) {
            if (refusal == null) {
                refusal = gatekeeper.refusal(
                        image, AccessRequest.resource(actor, "impersonate", "", "groups", "", "", group));
            }
        }
        return refusal == null
                ? Checked.ok(standIn(user, groups).impersonatedBy(actor.user()))
                : Checked.refused(refusal);
    }

    private static String list(List<String> texts) {
        return texts.isEmpty() ? "(nil)" : texts.stream().map(GoQuote::of).collect(Collectors.joining(", ", "{", "}"));
    }

    private static String extra(MultiMap headers) {
        Map<String, List<String>> extra = new TreeMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(EXTRA)) {
                extra.computeIfAbsent(name.substring(EXTRA.length()), key -> new ArrayList<>())
                        .add(header.getValue());
            }
        }
        return extra.isEmpty()
                ? "(nil)"
                : extra.entrySet().stream()
                        .map(entry -> GoQuote.of(entry.getKey()) + ":[]string" + list(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    private static boolean other(MultiMap headers) {
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey();
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                    && !name.equalsIgnoreCase(USER)
                    && !name.equalsIgnoreCase(GROUP)) {
                return true;
            }
        }
        return false;
    }

    private static AccessRequest mayBe(Actor actor, String user) {
        String[] account = serviceAccount(user);
        return account.length == 2
                ? AccessRequest.resource(actor, "impersonate", "", "serviceaccounts", "", account[0], account[1])
                : AccessRequest.resource(actor, "impersonate", "", "users", "", "", user);
    }

    private static Actor standIn(String user, List<String> asked) {
        List<String> groups = new ArrayList<>(asked);
        String[] account = serviceAccount(user);
        if (groups.isEmpty() && account.length == 2) {
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:" + account[0]);
        }
        String defaultGroup =
                user.equals(Authentication.ANONYMOUS.user()) ? "system:unauthenticated" : Authentication.AUTHENTICATED;
        if (!groups.contains(defaultGroup)) {
            groups.add(defaultGroup);
        }
        return new Actor(user, groups);
    }

    /** Namespace and name of a ServiceAccount's user name; two parts only for a valid one. */
    private static String[] serviceAccount(String user) {
        return user.startsWith(SERVICE_ACCOUNT)
                ? user.substring(SERVICE_ACCOUNT.length()).split(":", -1)
                : new String[0];
    }
}
