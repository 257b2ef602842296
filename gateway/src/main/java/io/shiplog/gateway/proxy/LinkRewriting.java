package io.shiplog.gateway.proxy;

import java.util.Set;

/**
 * Makes links of a page behind the proxy lead through the proxy again. Pure.
 *
 * @param prefix the path of the proxy, without a slash at its end
 * @param target the page's host, by which it may name itself
 * @param requested the host that the client asked
 * @see <a href="https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/proxy/transport.go">rewriteURL</a>
 */
record LinkRewriting(String prefix, String target, String requested) {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** The link: changed if it has an absolute path on the same host, else as it is. */
    String rewritten(String link) {
        int path = 0;
        String host = "";
        int colon = link.indexOf(':');
        if (colon > 0 && SCHEMES.contains(link.substring(0, colon).toLowerCase(java.util.Locale.ROOT))) {
            path = colon + 1;
        }
        if (link.startsWith("//", path)) {
            int end = endOfHost(link, path + 2);
            host = link.substring(path + 2, end);
            path = end;
        }
        boolean elsewhere = !host.isEmpty() && !host.equals(target) && !host.equals(requested);
        if (elsewhere || !link.startsWith("/", path)) {
            return link;
        }
        String before = !host.isEmpty() && host.equals(requested) ? link.substring(0, path) : "";
        String rest = link.substring(path);
        return before + (rest.startsWith(prefix) ? rest : prefix + rest);
    }

    private static int endOfHost(String link, int from) {
        int at = from;
        while (at < link.length() && "/?#".indexOf(link.charAt(at)) < 0) {
            at++;
        }
        return at;
    }
}
