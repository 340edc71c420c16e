-- The first $1 names of those who have edited a video, in order. From each name the index leads to the next: no video is read.
with recursive found (editor) as (
  (select editor from reelstate.videos where editor is not null order by editor limit 1)
  union all
  select (select v.editor from reelstate.videos v where v.editor > found.editor order by v.editor limit 1)
  from found where found.editor is not null
)
select editor from found where editor is not null limit $1
