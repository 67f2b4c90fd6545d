/**
 * From the disks of a domain to claims, and from claims to locks, all or nothing; and the words for what was refused.
 */
@NullMarked
package io.lockstep.agent.claim;

import org.jspecify.annotations.NullMarked;
