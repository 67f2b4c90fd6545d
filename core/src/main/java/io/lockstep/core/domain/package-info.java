/**
 * libvirt domains as Lockstep sees them: identity, state, and which block devices their XML uses.
 *
 * <p>The states and reasons are libvirt's own words. XML is untrusted input: it is read in bounded time and memory or refused.
 */
@NullMarked
package io.lockstep.core.domain;

import org.jspecify.annotations.NullMarked;
