/**
 * Claims: which volumes a domain of this host uses, in which mode, and what a host needs of a volume for them.
 */
@NullMarked
package io.lockstep.core.claim;

import org.jspecify.annotations.NullMarked;
