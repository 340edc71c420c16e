/** Whether an account may do what we need: its own channel is asked for, which costs one unit and wants the same permission as an upload's end. */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Api } from './api.js'
import { YoutubeError } from './errors.js'

const Listed = t.partial({ items: t.array(t.type({ id: t.string })) })

/** Throws a YoutubeError that says what is wrong with the account. */
export async function checkChannel(api: Api): Promise<void> {
  const answer = await api.call("the question for the account's channel", {
    method: 'GET',
    url: `${api.root}/youtube/v3/channels?part=id&mine=true`,
  })
  const listed = Listed.decode(answer.body)
  // an account without a channel gets an answer without items
  if (isLeft(listed) || !listed.right.items?.length)
    throw new YoutubeError('the account has no YouTube channel: make one, or sign in as its owner', {
      _tag: 'operator',
    })
}
