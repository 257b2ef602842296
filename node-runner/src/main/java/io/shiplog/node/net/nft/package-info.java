/**
 * An nftables table that follows values: what it holds is known, a change is written as the difference, and what another program removes
 * is written again. Shared by the service proxy and the policies, which make the text. Depends on the machine.
 */
@NullMarked
package io.shiplog.node.net.nft;

import org.jspecify.annotations.NullMarked;
