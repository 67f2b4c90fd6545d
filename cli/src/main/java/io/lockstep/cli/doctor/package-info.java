/**
 * {@code lockstepctl doctor}: looks at one host, as root, without needing agent or controller.
 *
 * <p>Guarantees: nothing is changed; every look has a time limit; what cannot be found out is UNKNOWN with the reason, never OK.
 */
@NullMarked
package io.lockstep.cli.doctor;

import org.jspecify.annotations.NullMarked;
