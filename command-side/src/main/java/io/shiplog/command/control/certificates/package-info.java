/**
 * The built-in signers of CertificateSigningRequests: kubelets' client certificates are approved, approved requests are signed with the
 * cluster's authority, old ones are deleted. The authority's key stays behind {@link
 * io.shiplog.command.control.certificates.ClusterAuthority}. May depend only on the loop, the views and {@code kind.certificates}.
 */
@NullMarked
package io.shiplog.command.control.certificates;

import org.jspecify.annotations.NullMarked;
